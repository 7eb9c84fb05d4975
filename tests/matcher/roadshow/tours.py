"""Small random tours, for tests of routes."""

from __future__ import annotations

from random import Random

from matcher.roadshow.visiting.routes import Rule, Topic, Tour


def tour(seed: int, stops: int = 5, teams: int = 3, asked: int = 0) -> Tour:
    """A day with breaks, people who are away, needs that several teams answer, and stops that are asked for."""
    draw = Random(seed)
    travel = [[0] * (stops + 1) for _ in range(stops + 1)]
    for one in range(stops + 1):
        for other in range(one):
            travel[one][other] = travel[other][one] = draw.randint(5, 70)
    rules = [
        Rule("away", stop=stop, away=draw.choice(((0, 600), (660, 1440), (580, 650))))
        for stop in range(1, stops + 1)
        if draw.random() < 0.3
    ]
    if draw.random() < 0.4:
        rules.append(Rule("away", team=draw.randrange(teams), away=draw.choice(((0, 570), (700, 1440)))))
    rules += [Rule("must", stop=stop) for stop in draw.sample(range(1, stops + 1), asked)]
    return Tour(
        start=510,
        end=draw.choice((750, 840, 930)),
        visit=draw.choice((30, 50)),
        travel=travel,
        teams=teams,
        topics=[
            Topic(stop, team, f"n{stop}-{need}", round(draw.random(), 2))
            for stop in range(1, stops + 1)
            for need in range(draw.randint(1, 2))
            for team in range(teams)
            if draw.random() < 0.7
        ],
        rules=rules,
        breaks=draw.choice(((), ((720, 740),))),
        max_teams=2,
    )
