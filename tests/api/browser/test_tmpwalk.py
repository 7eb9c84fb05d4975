import re
from playwright.sync_api import expect
from corpora.accounts import Role
import pytest
@pytest.mark.parametrize("n",range(3))
def test_x(window, n):
    view=window(360,740,"zh"); page=view.page; log=[]
    page.add_init_script("""for (const n of ['htmx:before:request','htmx:before:swap','htmx:after:swap']) document.addEventListener(n,()=>{const f=document.querySelector('#facets'); console.log(n, f?.getAttribute('style'), f?.className)});
const o=Element.prototype.setAttribute; Element.prototype.setAttribute=function(n,v){ if(n=='style') console.log('SETSTYLE',this.id,this.className,v,new Error().stack.slice(0,900)); return o.call(this,n,v)}""")
    page.on("console", lambda m: log.append(m.text[:900]))
    view.log_in(Role.BROKER)
    view.open("/search")
    page.locator("#q").press_sequentially("板栗", delay=30)
    expect(page).to_have_url(re.compile("q="))
    expect(page.locator("#results mark").first).to_have_text("板栗")
    page.locator("[aria-controls=facets]").click(); log.append("toggled")
    page.locator("#facets .facet").first.click(); log.append("facet")
    page.wait_for_timeout(1500)
    print("\n".join(log)); log.append("waited")
    view.look("x")
