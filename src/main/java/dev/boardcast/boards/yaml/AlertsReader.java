package dev.boardcast.boards.yaml;

import dev.boardcast.spi.RawJson;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the alert rules of a board file of version 2: the fields of {@code POST
 * /api/v1/alerts/rules} without {@code board}. What values may be is checked where rules are, see
 * {@link DeclaredAlert#checkAll}.
 */
final class AlertsReader {
  static final List<String> KEYS =
      List.of(
          "name",
          "metric",
          "key",
          "with",
          "condition",
          "bound",
          "clear",
          "for_seconds",
          "clear_seconds",
          "no_data_seconds",
          "repeat_seconds",
          "days",
          "severity",
          "labels",
          "channels");
  private static final Set<String> NUMBERS =
      Set.of(
          "bound",
          "clear",
          "for_seconds",
          "clear_seconds",
          "no_data_seconds",
          "repeat_seconds",
          "days");
  private static final Set<String> MAPS = Set.of("labels", "with");
  private static final Set<String> LISTS = Set.of("channels");
  private static final int MAX_ALERTS = 100;

  private final YamlValue.Keyed file;

  AlertsReader(YamlValue.Keyed file) {
    this.file = file;
  }

  List<DeclaredAlert> alerts() {
    if (!file.has("alerts")) return List.of();
    var position = file.keys().get("alerts");
    if (!(file.entries().get("alerts") instanceof YamlValue.Sequence list)) {
      throw new InvalidBoardFileException(
          position,
          "alerts is " + file.entries().get("alerts").kind() + ", expected a list of rules");
    }
    BoardFileLimits.atMost(MAX_ALERTS, list.entries().size(), "alerts", position);
    List<DeclaredAlert> alerts = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (YamlValue each : list.entries()) {
      if (!(each instanceof YamlValue.Keyed rule)) {
        throw new InvalidBoardFileException(
            each.position(), "alerts has " + each.kind() + " in it, expected keys with values");
      }
      DeclaredAlert alert = alert(rule);
      if (!names.add(alert.name())) {
        throw InvalidBoardFileException.value(
            rule.keys().get("name"), "name", alert.name(), "a name that no other rule has");
      }
      alerts.add(alert);
    }
    return alerts;
  }

  private static DeclaredAlert alert(YamlValue.Keyed rule) {
    rule.knowsOnly(" of an alert", KEYS);
    String name = rule.text("name").text();
    Map<String, Object> body = new LinkedHashMap<>();
    for (String key : rule.entries().keySet()) body.put(key, value(key, rule));
    return new DeclaredAlert(name, rule, RawJson.encode(body));
  }

  private static Object value(String key, YamlValue.Keyed rule) {
    if (NUMBERS.contains(key)) return BoardFileLimits.number(key, rule.text(key));
    if (LISTS.contains(key)) {
      return rule.texts(key).stream().map(YamlValue.Text::text).toList();
    }
    if (!MAPS.contains(key)) return rule.text(key).text();
    var named = rule.keyed(key);
    Map<String, String> texts = new LinkedHashMap<>();
    named.entries().keySet().forEach(each -> texts.put(each, named.text(each).text()));
    return texts;
  }
}
