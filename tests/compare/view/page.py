"""The page in Chromium, for tests."""

import re


class Page:
    """A page of a session, with its complaints and its requests."""

    def __init__(self, browser, address, **options):
        self.context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
        self.page = self.context.new_page()
        self.complaints, self.requests = [], []
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(address)
        self.page.wait_for_selector(".position")
        self.wait("view => view.begun")

    def run(self, code, *arguments):
        return self.page.evaluate(f"(given) => ({code})(document.body.pbwmView, ...given)", list(arguments))

    def wait(self, code):
        self.page.wait_for_function(f"() => ({code})(document.body.pbwmView)", timeout=15000)

    def press(self, selector):
        drawn = self.run("view => view.drawn ?? 0")
        self.page.click(selector)
        self.page.wait_for_function("(n) => (document.body.pbwmView.drawn ?? 0) > n", arg=drawn, timeout=15000)

    def at(self, step, cycle):
        """Wait until the cursor is there, with the activity of the step, and drawn."""
        self.wait(
            f"({{ visit }}) => visit.at.step === {step} && visit.at.cycle === {cycle} && visit.frames.has({step})"
        )
        self.settle()

    def settle(self):
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def steps(self, count):
        for _ in range(count):
            before = self.run("({ visit }) => visit.at.step")
            self.page.click(".step")
            self.at(before + 1, 99)

    def steps_to_end(self):
        self.page.click(".step")
        self.wait("({ visit }) => visit.at.cycle === visit.schema.cycles - 1")

    def tab(self, name):
        self.page.click(f'[role="tab"]:has-text("{name}")')

    def close(self):
        self.context.close()


def expected(session, model, unit, step, cycle):
    activity = session.history.observed(step)[model].activity[0]
    return activity[cycle * len(activity) // 100, unit]


def first_unit(session, model, layer):
    anatomy = session.stages[model].anatomy
    names = [own.name for own in anatomy.layers]
    return sum(own.units for own in anatomy.layers[: names.index(layer)])


def number(text):
    return float(re.search(r"-?\d+\.\d+", text).group())
