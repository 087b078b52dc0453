"""HTML, SVG, script, links and widgets in outputs of honest cells. Whoever shows them must defuse them; no exercise loses anything."""

from tests.hostile import HandIn, honest

LOSES: set[str] = set()

CELL = """
from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display

RUN = "hostile" + "_script()"
display(HTML(f"<script>{RUN}</script><img src=x onerror={RUN}><iframe src='javascript:{RUN}'></iframe>"))
display(SVG(f"<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'><script>{RUN}</script></svg>"))
display(Javascript(RUN))
display(Markdown(f"[click](javascript:{RUN}) <img src=x onerror={RUN}>"))
display(Latex(f"\\\\href{{javascript:{RUN}}}{{click}} </script><script>{RUN}</script>"))
display({"text/plain": f"</pre><script>{RUN}</script>", "text/html": "<base href=//x.invalid><b>"}, raw=True)
display({"image/png": f"x' onerror='{RUN}", "image/svg+xml": f"<svg onload={RUN}>"}, raw=True)
display({"application/vnd.jupyter.widget-view+json": {"model_id": f"</script><script>{RUN}"}}, raw=True)
display({f"text/html' onload='{RUN}": "x", "application/json": {"</script>": RUN}}, raw=True)
print(f"</script><script>{RUN}</script> \\x1b]8;;javascript:{RUN}\\x07link\\x1b]8;;\\x07 <!-- <script> ]]>")
raise ValueError(f"</pre></script><script>{RUN}</script><img src=x onerror={RUN}>")
"""
# Where the exercise itself shows it, too.
PAD = """
from IPython.display import HTML, display

display(HTML("<script>hostile" + "_script()</script>"))
"""


def files():
    return (
        HandIn()
        .before("token_table", CELL)
        .answer("left_pad", f"{PAD}\n\n{honest('left_pad')}")
        .last("<script>hostile_script()</script> [x](javascript:hostile_script())", "markdown")
        .files()
    )
