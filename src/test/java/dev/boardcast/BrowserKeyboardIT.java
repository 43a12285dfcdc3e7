package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.Page;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keyboard navigation: every control is reached in order, and the focus is visible. */
@Timeout(180)
class BrowserKeyboardIT extends BrowserCase {
  private static final int MAX_STEPS = 80;
  private static final int TASKS = 15;
  private static final int MIN_TASKS = TASKS - 1; // One may be completed by an earlier test.

  /** The focusable controls in document order. */
  private static final String STOPS =
      "window.stops = () => [...document.querySelectorAll('a[href], button, input, select, [tabindex=\"0\"]')]"
          + ".filter((each) => !each.disabled && each.checkVisibility())";

  private static final String HERE =
      """
      (() => {
        const at = document.activeElement;
        if (at === document.body) return 'end';
        const place = stops().indexOf(at);
        const {outlineStyle, outlineWidth} = getComputedStyle(at);
        const ringed = (outlineStyle !== 'none' && outlineWidth !== '0px')
            || getComputedStyle(at, '::after').outlineStyle === 'solid';
        const {top, bottom} = at.getBoundingClientRect();
        const under = !at.closest('#top') && !at.matches('.skip')
            && top < document.getElementById('top').getBoundingClientRect().bottom - 1;
        const seen = ringed && top >= 0 && bottom <= innerHeight + 1 && !under;
        return seen ? place : at.outerHTML + ' is not seen';
      })()""";

  @BeforeAll
  void makeTasks() throws Exception {
    for (int n = 1; n <= TASKS; n++) task(ANN, "Plant " + n, "plants");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "platform", "tasks"})
  void allControlsAreReachedInOrderAndVisible(String path) {
    Page page = openPage(path);
    int all = page.eval("stops().length").asInt();
    List<String> reached = new ArrayList<>();
    String here;
    do {
      page.pressKey("Tab");
      here = page.eval(HERE).asText();
      reached.add(here);
    } while (!here.equals("end") && reached.size() < MAX_STEPS);
    List<String> expected = new ArrayList<>();
    for (int n = 0; n < all; n++) expected.add("" + n);
    expected.add("end");
    assertEquals(expected, reached);
    assertEquals(List.of(), page.errors());
  }

  @Test
  void skipLinkLeadsPastTheNavigation() {
    Page page = openPage("platform");
    page.pressKey("Tab");
    page.pressKey("Enter");
    page.await("document.activeElement.id === 'main'");
    assertEquals("#/platform", page.eval("location.hash").asText());
    assertEquals("Platform", page.eval("document.querySelector('h1').textContent").asText());
  }

  @Test
  void dialogReturnsTheFocusAndARemovedRowPassesItOn() {
    Page page = openPage("tasks");
    page.eval("document.querySelector('.task > button.plain').focus()");
    page.pressKey("Enter");
    page.await("document.activeElement.closest('dialog[open]')");
    page.pressKey("Escape");
    page.await("document.activeElement === document.querySelector('.task > button.plain')");

    page.eval("document.querySelectorAll('.task .tick')[3].focus()");
    String next = page.eval("document.querySelectorAll('.task .tick')[4].ariaLabel").asText();
    page.pressKey("Enter");
    page.await("document.activeElement.ariaLabel === '" + next + "'");
    assertEquals(List.of(), page.errors());
  }

  private Page openPage(String path) {
    Page page = browser.page();
    page.setDisplay("light", 1280, 800);
    page.signIn(ANN);
    page.beforeEachDocument(STOPS);
    page.navigate(address("#/" + path));
    page.await("document.querySelector('main h1') && !document.querySelector('.loading')");
    page.await(PILL + ".dataset.state === 'live'");
    if (path.equals("tasks")) {
      page.await("document.querySelectorAll('.task').length >= " + MIN_TASKS);
    }
    return page;
  }
}
