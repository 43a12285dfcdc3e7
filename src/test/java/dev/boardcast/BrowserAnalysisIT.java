package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.Axe;
import dev.boardcast.testing.Page;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page of the analysis board: a person corrects a label, and schedules an analysis. */
@Timeout(240)
class BrowserAnalysisIT extends BrowserNodeCase {
  private static final String CELLS =
      "[...document.querySelectorAll('table[aria-label=\"Predicted and true labels\"] tr')]"
          + ".map((row) => [...row.cells].map((cell) => cell.textContent).join()).join(';')";
  private static final String SCHEDULES =
      "document.querySelector('table[aria-label=\"Scheduled analyses\"] tbody')?.innerText ?? ''";

  @Test
  void aLabelIsCorrectedAndTheTableMoves() {
    post(
        "/api/v1/messages",
        "{'predicted_label':'a','true_label':'b','noise':false,'event_id':'e/1'}");
    Page page = tall();
    page.await(CELLS + " === 'Predicted \\\\ true,a,b;a,,1'");
    page.await("document.querySelector('input[aria-label=\"Event id of a message\"]')");
    page.eval(
        "const id = document.querySelector('input[aria-label=\"Event id of a message\"]');"
            + " id.value = 'e/1'; id.form.requestSubmit()");
    page.await("document.querySelector('dialog input')?.value === 'b'");
    page.eval(
        "document.querySelector('dialog input').value = 'a';"
            + " document.querySelector('dialog button.main').click()");
    page.await(CELLS + " === 'Predicted \\\\ true,a;a,1'");
    page.await("document.body.innerText.includes('of 1 messages that people labelled')");
    assertEquals("[]", Axe.violations(page));

    // Without a text the label counts again that came with the message.
    page.eval(
        "document.querySelector('input[aria-label=\"Event id of a message\"]').form.requestSubmit()");
    page.await("document.querySelector('dialog input')?.value === 'a'");
    page.eval(
        "document.querySelector('dialog input').value = '';"
            + " document.querySelector('dialog button.main').click()");
    page.await(CELLS + " === 'Predicted \\\\ true,a,b;a,,1'");
  }

  @Test
  void anAnalysisIsScheduledAndEnded() {
    Page page = tall();
    page.await(button("New schedule"));
    page.eval(button("New schedule") + ".click()");
    page.await("document.querySelector('dialog input')");
    page.eval("document.querySelector('dialog button.main').click()");
    page.await(
        "document.querySelector('dialog .wrong:not([hidden])')?.textContent.includes('200')");
    page.eval(
        "document.querySelector('dialog input').value = 'daily';"
            + " document.querySelector('dialog input[value=monday]').checked = true;"
            + " document.querySelector('dialog button.main').click()");
    page.await("(" + SCHEDULES + ").includes('Monday at 08:00')");
    assertEquals("[]", Axe.violations(page));
    page.eval(button("Delete daily") + ".click()");
    page.await("document.querySelector('dialog button.main')");
    page.eval("document.querySelector('dialog button.main').click()");
    page.await("!(" + SCHEDULES + ").includes('daily')");
  }

  private Page tall() {
    Page page = open("#/analysis");
    page.setDisplay("light", 1280, 4000);
    return page;
  }

  private static String button(String name) {
    return "[...document.querySelectorAll('button')].find((each) =>"
        + " (each.getAttribute('aria-label') ?? each.textContent) === '%s')".formatted(name);
  }
}
