package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.AlertReceiver;
import dev.boardcast.testing.Axe;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Sql;
import java.io.IOException;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** The page of alerts, and the bell on all pages. */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BrowserAlertsIT extends BrowserNodeCase {
  private static final Person ADMIN = Person.of("root").with("admin");
  private static final Person VIEWER = Person.of("vic").with("viewer");
  private static final Person ON_CALL = Person.of("ali").with("alerts");
  private static final String LIST = "document.querySelector('ul[aria-label=Alerts]')";
  private static final String BELL = "document.querySelector('.bell')";
  private static final String DECISION = "{'strategy':'s','provider':'%s','cost':%s}";

  /** A browser that is asked for permission and shows notifications, as far as a page sees it. */
  private static final String NOTIFICATIONS =
      """
      window.asked = 0;
      window.told = [];
      window.Notification = class {
        static permission = 'default';
        static async requestPermission() { asked++; return this.permission = 'granted'; }
        constructor(title, options) { told.push(title + ': ' + options.body); }
        close() {}
      };""";

  private AlertReceiver receiver;

  @Override
  BoardcastOptions configured(BoardcastOptions options) {
    receiver = new AlertReceiver(vertx);
    return options.set("alerts-private-targets", "127.0.0.1").set("alerts-secrets", "hook=horse");
  }

  @Override
  String sales() throws IOException {
    return super.sales()
        + "\nalerts:\n  - {name: Slow orders, metric: p95, condition: above, bound: 9}\n";
  }

  @AfterAll
  void closeReceiver() throws Exception {
    if (receiver != null) receiver.close();
  }

  @Test
  @Order(1)
  void anAdminMakesAChannelWhoseTestArrivesAndARuleWhoseErrorsAreSaidAtTheFields() {
    Page page = open(ADMIN, "#/alerts");
    press(page, "New channel");
    fill(page, "Name", "hook");
    fill(page, "Address", "ftp://nowhere");
    press(page, "Save");
    page.await(errorOf("Address") + ".startsWith('Expected: an address that starts with https')");
    assertEquals("[]", Axe.violations(page));
    fill(page, "Address", receiver.url("/hook"));
    press(page, "Save");
    page.await(table("Channels") + "?.textContent.includes('/hook')");
    page.eval("document.querySelector('button[aria-label=\"Send a test to hook\"]').click()");
    Awaitility.await().until(() -> receiver.accepted("/hook").size() == 1);
    assertEquals("test", receiver.accepted("/hook").get(0).json().path("kind").asText());
    page.await("document.getElementById('notes').textContent.includes('has accepted the test')");

    press(page, "New rule");
    fill(page, "Name", "Costs");
    fill(page, "Board", "routing");
    fill(page, "Metric", "nonsense");
    fill(page, "Bound", "five");
    fill(page, "Severity", "critical");
    fill(page, "Fires after (s)", "0");
    fill(page, "Labels", "team=llm");
    page.eval("document.querySelector('dialog input[value=hook]').click()");
    press(page, "Save");
    page.await(errorOf("Bound") + ".includes('number')");
    assertEquals("Bound", page.eval(focusedLabel()).asText());
    assertEquals("[]", Axe.violations(page));
    fill(page, "Bound", "5");
    press(page, "Save");
    page.await(errorOf("Metric") + ".startsWith('Expected: the path of a metric of the board')");
    assertEquals("", page.eval(errorOf("Bound")).asText());
    fill(page, "Metric", "total_cost");
    press(page, "Try it");
    page.await("document.querySelector('.tried').textContent.includes('In the last 24 hours')");
    press(page, "Save");
    page.await(table("Rules") + "?.textContent.includes('Costs')");
    page.await(
        table("Rules")
            + ".textContent.includes('LLM routing: total_cost above') ||"
            + table("Rules")
            + ".textContent.includes('total_cost above')");
    assertRefusals(page, 3);
    page.close();
  }

  @Test
  @Order(2)
  void aCrossingRingsTheBellWithoutReloadAndAnAcknowledgementIsSeenInAnotherTab() {
    Page board = open("#/routing");
    board.await(BELL + "?.title === 'Alerts: none needs anybody'");
    Page list = open(ON_CALL, "#/alerts");
    list.await(LIST + "?.textContent.includes('All is well')");
    post("/routing/decisions", DECISION.formatted("p", 9));
    board.await(BELL + ".textContent === '1'");
    assertTrue(board.eval("document.title").asText().startsWith("(1) "));
    board.await("document.querySelector('#tools .sr').textContent.startsWith('Costs: total_cost')");
    list.await(LIST + ".querySelector('.badge.bad')?.textContent === 'critical'");
    assertTrue(list.eval(LIST + ".textContent").asText().contains("team=llm"));
    assertEquals("[]", Axe.violations(list));

    press(list, "Acknowledge");
    fill(list, "Note", "I look after it");
    list.eval("document.querySelector('dialog button.main').click()");
    Page second = open(ON_CALL, "#/alerts");
    second.await(LIST + "?.textContent.includes('acknowledged by ali')");
    board.await(BELL + ".textContent === '' && !document.title.startsWith('(')");
    // A page that has read the alerts for the bell shows them at once.
    board.eval("location.hash = '#/alerts'");
    board.await(LIST + "?.textContent.includes('acknowledged by ali')");
    press(second, "Change the note");
    fill(second, "Note", "On it");
    second.eval("document.querySelector('dialog button.main').click()");
    list.await(LIST + ".textContent.includes('“On it”')");

    press(list, "Mute");
    list.eval("document.querySelector('dialog button.main').click()");
    list.await(LIST + ".textContent.includes('All is well')");
    second.await(LIST + ".textContent.includes('All is well')");
    press(list, "Silenced 1");
    list.await(LIST + ".textContent.includes('silenced until')");
    assertEquals("#/alerts?view=silenced", list.eval("location.hash").asText());
    press(list, "Unmute");
    list.await(LIST + ".textContent.includes('Nothing is silenced')");
    press(list, "History");
    list.await(table("History") + "?.textContent.includes('fires, critical')");
    assertEquals("[]", Axe.violations(list));
    list.eval("history.back()");
    list.await(LIST + "?.textContent.includes('Nothing is silenced')");
    for (Page page : List.of(board, list, second)) {
      assertEquals(List.of(), page.errors());
      page.close();
    }
  }

  @Test
  @Order(3)
  void desktopNotificationsAreAskedForByAClickOnlyAndTellOfTheNextAlert() {
    Page page = browser.page();
    page.beforeEachDocument(NOTIFICATIONS);
    page.signIn(ADMIN);
    page.navigate(address("#/alerts"));
    page.await(table("Rules") + "?.textContent.includes('Costs')");
    assertEquals(0, page.eval("asked").asInt());
    press(page, "Notify me on this desktop");
    page.await("asked === 1");
    page.await(button("Stop desktop notifications"));
    rule(page, "Decisions", "total_decisions", "1");
    post("/routing/decisions", DECISION.formatted("q", 1));
    page.await("told.length === 1 && told[0].startsWith('Decisions: total_decisions is 2')");
    assertEquals(List.of(), page.errors());
    page.close();
  }

  @Test
  @Order(4)
  void whoMayNotChangeAnythingIsOfferedNothing() {
    Page viewer = open(VIEWER, "#/alerts");
    viewer.await(table("Rules") + "?.textContent.includes('Costs')");
    viewer.await(table("Channels") + "?.textContent.includes('hook')");
    viewer.await(LIST + ".querySelector('.badge')");
    for (String label :
        List.of("New rule", "New silence", "New channel", "Acknowledge", "Mute", "Delete")) {
      assertFalse(viewer.eval("Boolean(" + button(label) + ")").asBoolean(), label);
    }
    press(viewer, "Costs");
    viewer.await("document.querySelector('dialog dl')?.textContent.includes('total_cost')");
    assertFalse(viewer.eval("Boolean(document.querySelector('dialog input'))").asBoolean());
    assertEquals("[]", Axe.violations(viewer));
    Page ann = open("#/alerts");
    ann.await(LIST + "?.querySelector('.badge')");
    assertFalse(ann.eval("Boolean(" + table("Rules") + ")").asBoolean());
    assertFalse(ann.eval("Boolean(" + button("Acknowledge") + ")").asBoolean());
    for (Page page : List.of(viewer, ann)) {
      assertEquals(List.of(), page.errors());
      page.close();
    }
  }

  @Test
  @Order(4)
  void aRuleThatItsBoardDeclaresIsReadOnlyForAdminsToo() {
    Page page = open(ADMIN, "#/alerts");
    page.await(table("Rules") + "?.textContent.includes('Slow orders')");
    String row =
        "[..." + table("Rules") + ".rows].find((each) => each.textContent.includes('Slow orders'))";
    page.await(row + ".textContent.includes('the board')");
    assertEquals("0", page.eval(row + ".querySelectorAll('td button').length").asText());
    press(page, "Slow orders");
    page.await(
        "document.querySelector('dialog dl')?.textContent.includes('declared by its board')");
    assertFalse(page.eval("Boolean(document.querySelector('dialog input'))").asBoolean());
    assertEquals("[]", Axe.violations(page));
    assertEquals(List.of(), page.errors());
    page.close();
  }

  @Test
  @Order(4)
  void aRuleIsTriedOnPointsAsTheServerJudgesThem() {
    Page page = open("#/alerts");
    page.await(LIST);
    String firings =
        "import('./pages/rule-try.js').then(({firings}) => firings(%s.map((value, i) =>"
            + " [i * 60000, value]), {condition: 'above', bound: 5, %s}))";
    // One minute beyond the bound does not fire where two are wanted, nor one within it end it.
    assertEquals(1, page.eval(firings.formatted("[9,1,9,9,9,1,9,9]", "for_seconds: 120")).asInt());
    assertEquals(2, page.eval(firings.formatted("[9,1,9,1]", "for_seconds: 0")).asInt());
    // Between both bounds it goes on.
    String clear = "for_seconds: 0, clear: 3";
    assertEquals(1, page.eval(firings.formatted("[9,4,9,4,9]", clear)).asInt());
    assertEquals(1, page.eval(firings.formatted("[9,null,9]", "for_seconds: 0")).asInt());
    page.close();
  }

  /**
   * History of two weeks at this time of day, as a node that has run for so long has written it.
   */
  @Test
  @Order(4)
  void anAnomalyIsTriedByWhatIsUsualAtThisTimeOfDay() throws Exception {
    var sql = new Sql(database.postgresUri());
    sql.run(
        "DO $$ BEGIN EXECUTE (SELECT format('CREATE TABLE past PARTITION OF board_history_3 FOR"
            + " VALUES FROM (MINVALUE) TO (%L)', min(starts)) FROM board_history_part"
            + " WHERE tier = 3); END $$");
    sql.run(
        "INSERT INTO board_history (board, at, tier, data)"
            + " SELECT 'routing', now() - day * interval '1 day' - interval '40 minutes', 3,"
            + " jsonb_build_object('total_decisions', 1000 + day)"
            + " FROM generate_series(1, 14) AS day");
    Page page = open(ADMIN, "#/alerts");
    page.await(table("Rules") + "?.textContent.includes('Costs')");
    press(page, "New rule");
    fill(page, "Name", "Odd");
    fill(page, "Board", "routing");
    fill(page, "Metric", "total_decisions");
    fill(page, "Fires while the value is", "anomaly");
    fill(page, "Bound", "3");
    press(page, "Try it");
    page.await("document.querySelector('.tried').textContent.includes('It would fire')");
    String tried = page.eval("document.querySelector('.tried').textContent").asText();
    assertTrue(tried.contains("from the usual 1,00"), tried);
    fill(page, "Metric", "total_cost");
    press(page, "Try it");
    page.await("document.querySelector('.tried').textContent.includes('is not known')");
    page.close();
  }

  @Test
  @Order(4)
  void alertsOfSeveralValuesOfAParameterHaveARowEach() {
    Page page = open("#/alerts");
    page.await(LIST);
    String alert =
        "{rule: 'r', rule_name: 'Costs', board: 'sales', metric: 'revenue', key: '', value: 9,"
            + " condition: 'above', bound: 5, severity: 'info', state: 'pending', labels: {},"
            + " since: new Date().toISOString(), with: {site: '%s'}}";
    String rows =
        "Promise.all([import('./pages/alert-list.js'), import('./pages/bell.js')]).then(([list, bell]) =>"
            + " { const shown = list.alertList([], () => {}); bell.open.items = [%s, %s];"
            + " shown.show(false); const lines = [...shown.node.querySelectorAll('li')]"
            + ".map((each) => each.textContent); shown.stop(); return lines.join('|'); })";
    String text = page.eval(rows.formatted(alert.formatted("7"), alert.formatted("8"))).asText();
    assertEquals(2, text.split("\\|").length, text);
    assertTrue(text.contains("revenue (site 7) is 9"), text);
    assertTrue(text.contains("revenue (site 8) is 9"), text);
    page.close();
  }

  @Test
  @Order(5)
  void aRuleIsChangedAndDeletedAndASilenceIsMadeAndEnded() {
    Page page = open(ADMIN, "#/alerts");
    page.await(table("Rules") + "?.textContent.includes('Costs')");
    press(page, "Costs");
    fill(page, "Bound", "100");
    press(page, "Save");
    page.await(table("Rules") + ".textContent.includes('100')");
    press(page, "New silence");
    press(page, "Silence");
    page.await(errorOf("Rule") + ".startsWith('Expected: one of rule')");
    fill(page, "Labels", "team=llm");
    press(page, "Silence");
    page.await(table("Silences") + "?.textContent.includes('team=llm')");
    page.eval("document.querySelector('button[aria-label^=\"End the silence\"]').click()");
    press(page, "End silence");
    page.await("!" + table("Silences"));
    page.eval("document.querySelector('button[aria-label=\"Delete Costs\"]').click()");
    page.eval("document.querySelector('dialog button.main').click()");
    page.await("!" + table("Rules") + ".textContent.includes('Costs')");
    assertRefusals(page, 1);
    page.close();
  }

  /** The only errors are those that the test has caused. */
  private static void assertRefusals(Page page, int count) {
    List<String> errors = page.errors();
    assertEquals(count, errors.size(), errors::toString);
    errors.forEach(each -> assertTrue(each.contains("status of 400"), each));
  }

  private static void rule(Page page, String name, String metric, String bound) {
    press(page, "New rule");
    fill(page, "Name", name);
    fill(page, "Board", "routing");
    fill(page, "Metric", metric);
    fill(page, "Bound", bound);
    fill(page, "Fires after (s)", "0");
    press(page, "Save");
    page.await(table("Rules") + "?.textContent.includes('" + name + "')");
  }

  private static String inputOf(String label) {
    return "document.getElementById([...document.querySelectorAll('dialog label')]"
        + ".find((each) => each.textContent === '"
        + label
        + "').htmlFor)";
  }

  private static String errorOf(String label) {
    return inputOf(label) + ".closest('.field').querySelector('.wrong').textContent";
  }

  private static String focusedLabel() {
    return "document.querySelector('label[for=' + document.activeElement.id + ']').textContent";
  }

  private static void fill(Page page, String label, String value) {
    page.await(inputOf(label));
    page.eval(
        "(() => { const input = %s; input.value = '%s'; input.dispatchEvent(new Event('input'));"
                .formatted(inputOf(label), value)
            + " input.dispatchEvent(new Event('change')); })()");
  }

  private static void press(Page page, String text) {
    page.await(button(text));
    page.eval(button(text) + ".click()");
  }

  /** In a dialog, while one is open. */
  private static String button(String text) {
    return "[...(document.querySelector('dialog') ?? document).querySelectorAll('button')]"
        + ".find((each) => each.checkVisibility() && each.textContent === '"
        + text
        + "')";
  }

  private static String table(String label) {
    return "document.querySelector('main table[aria-label=\"" + label + "\"]')";
  }
}
