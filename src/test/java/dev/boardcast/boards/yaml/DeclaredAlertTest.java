package dev.boardcast.boards.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.alerts.AlertModule;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Alert rules in a board file are checked as those of requests are, with file and line. */
class DeclaredAlertTest {
  // The first rule begins in line 29.
  private static final DeclarationText RULES =
      new DeclarationText(
          DeclarationText.SALES.text()
              + """
              alerts:
                - name: Few orders
                  metric: orders
                  condition: below
                  bound: 5.5
                  clear: 10
                  for_seconds: 300
                  severity: critical
                  labels: {team: shop}
                  channels: [on-call]
                - {name: A site, metric: by_site.*, key: a, condition: anomaly, bound: 3, days: 7}
                - {name: Pointed, metric: /by_site/b, condition: above, bound: 1}
              """);

  @TempDir private Path directory;

  @Test
  void theyHaveTheFieldsOfRequests() throws IOException {
    Declaration file = RULES.in(directory);
    DeclaredAlert.checkAll(file, AlertModule::check);
    assertEquals(3, file.alerts().size());
    assertEquals(
        "{\"name\":\"Few orders\",\"metric\":\"orders\",\"condition\":\"below\",\"bound\":5.5,"
            + "\"clear\":10,\"for_seconds\":300,\"severity\":\"critical\","
            + "\"labels\":{\"team\":\"shop\"},\"channels\":[\"on-call\"]}",
        file.alerts().get(0).rule().text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: Few orders | named: Few orders | 30: unknown key \"named\" of an alert, expected",
        "- name: Few orders | - board: sales | 30: unknown key \"board\" of an alert, expected",
        "name: A site | name: Few orders | 39: name was \"Few orders\", expected a name that no",
        "name: A site, | | 39: name is missing",
        "metric: orders | metric: order | 31: metric was \"order\", expected the path of a metric",
        "metric: orders | key: a | 30: metric of the alert \"Few orders\" is missing, expected the",
        "condition: below | condition: under | 32: condition was \"under\", expected",
        "bound: 5.5 | bound: much | 33: bound was \"much\", expected a number such as 100 or 0.5",
        "bound: 5.5 | bound: [5] | 33: bound is a list, expected a value that is not blank",
        "clear: 10 | clear: 4 | 34: clear was \"4\", expected a number, at least the bound",
        "for_seconds: 300 | for_seconds: 86401 | 35: for_seconds was \"86401\", expected a whole",
        "for_seconds: 300 | for_seconds: 1.5 | 35: for_seconds was \"1.5\", expected a whole",
        "for_seconds: 300 | days: 7 | 35: days was \"7\", expected no value, except with",
        "for_seconds: 300 | key: a | 35: key was \"a\", expected no value, except for a metric",
        "for_seconds: 300 | repeat_seconds: 5 | 35: repeat_seconds was \"5\", expected a whole",
        "severity: critical | severity: high | 36: severity was \"high\", expected",
        "labels: {team: shop} | labels: {team shop: a} | 37: labels was \"a map\", expected at most",
        "labels: {team: shop} | labels: shop | 37: labels is \"shop\", expected keys with values",
        "channels: [on-call] | channels: on-call | 38: channels is \"on-call\", expected a list",
        "channels: [on-call] | channels: [a, a] | 38: channels was \"a list\", expected at most 10",
        "metric: /by_site/b | metric: /by_sites/b | 40: metric was \"/by_sites/b\", expected the",
      })
  void whatIsWrongIsNamedWithItsLine(String there, String instead, String message)
      throws IOException {
    var file = RULES.with(there, instead == null ? "" : instead);
    var refused =
        assertThrows(
            InvalidBoardFileException.class,
            () -> DeclaredAlert.checkAll(file.in(directory), AlertModule::check));
    String expected = directory.resolve("board.yaml") + ":" + message;
    assertTrue(refused.getMessage().startsWith(expected), refused.getMessage());
  }

  @Test
  void alertsAreAListOfMaps() {
    for (String alerts : new String[] {"alerts: {a: b}\n", "alerts: [a]\n"}) {
      var file = new DeclarationText(DeclarationText.SALES.text() + alerts);
      var refused = assertThrows(InvalidBoardFileException.class, () -> file.in(directory));
      assertTrue(refused.getMessage().contains(":29: alerts "), refused.getMessage());
    }
  }
}
