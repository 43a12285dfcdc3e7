package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.boardcast.testing.Axe;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happened, on the charts of a board and in the table below them. */
@Timeout(240)
class BrowserAnnotationsIT extends BrowserNodeCase {
  private static final Person DEPLOYER = Person.of("dora").with("annotate");
  private static final String TABLE = "document.querySelector('table[aria-label=Annotations]')";
  private static final String CHART =
      "document.querySelector('metric-chart canvas')?.getAttribute('aria-label')";
  // Pages read what others have added every 30 seconds.
  private static final Duration INTERVAL = Duration.ofSeconds(60);

  @Test
  void anAnnotationIsMadeOnThePageAndSeenByOthersOnTheirCharts() {
    post("/routing/decisions", "{'strategy':'s','provider':'p','cost':1}");
    Page ann = open("#/routing?range=hour");
    ann.await(CHART);
    Page page = open(DEPLOYER, "#/routing?range=hour");
    page.await(button("Annotate"));
    page.eval(button("Annotate") + ".click()");
    fill(page, "What", "Version 4.2");
    fill(page, "Until", "2020-01-01T10:00");
    fill(page, "Tags", "deploy");
    page.eval(button("Save") + ".click()");
    page.await(input("Until") + ".getAttribute('aria-invalid') === 'true'");
    assertEquals("[]", Axe.violations(page));
    fill(page, "Until", "");
    page.eval(button("Save") + ".click()");
    page.await(TABLE + "?.textContent.includes('Version 4.2')");
    page.await(CHART + "?.includes('annotation: Version 4.2')");
    assertEquals("[]", Axe.violations(page));

    ann.await(CHART + "?.includes('annotation: Version 4.2')", INTERVAL);
    ann.await(TABLE + ".textContent.includes('dora')");
    assertFalse(ann.eval("Boolean(" + button("Annotate") + ")").asBoolean());
    assertFalse(ann.eval("Boolean(" + TABLE + ".querySelector('td button'))").asBoolean());

    page.eval(TABLE + ".querySelector('td button').click()");
    page.await("document.querySelector('dialog')");
    page.eval("document.querySelector('dialog button.main').click()");
    page.await("!" + TABLE);
    page.await("!" + CHART + ".includes('annotation')");
    assertEquals(List.of(), ann.errors());
    assertEquals(1, page.errors().size(), page.errors()::toString); // of the wrong end
  }

  private static String input(String label) {
    return "document.getElementById([...document.querySelectorAll('dialog label')]"
        + ".find((each) => each.textContent === '"
        + label
        + "').htmlFor)";
  }

  private static void fill(Page page, String label, String value) {
    page.await(input(label));
    page.eval("%s.value = '%s'".formatted(input(label), value));
  }

  private static String button(String text) {
    return "[...(document.querySelector('dialog') ?? document).querySelectorAll('button')]"
        + ".find((each) => each.checkVisibility() && each.textContent === '"
        + text
        + "')";
  }
}
