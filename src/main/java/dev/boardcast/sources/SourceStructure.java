package dev.boardcast.sources;

import dev.boardcast.sources.SourceTable.Relation;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the catalog says of a source at one moment: which tables it consists of, and where its
 * triggers are.
 *
 * @param problem why the table is no source any more; empty while it is one
 * @param members its tables
 * @param columns a text that differs when a column was dropped and added again, or its type was
 *     changed in place
 */
record SourceStructure(Optional<String> problem, List<Member> members, String columns) {
  private static final String COLUMNS = " columns ";
  private static final String TRIGGERS_AND_FILES = ":\\d+:\\d+(:\\d+)?(?= |$)";
  private static final String FILES = "(?<=:\\d{1,2}:\\d{1,2}):\\d+(?= |$)";
  private static final int ALL = SourceObjects.EVENTS.size();

  /**
   * @param triggers how many of the triggers exist
   * @param enabled how many of them fire always
   * @param file that has its rows; another one after it was rewritten
   */
  record Member(Relation relation, int triggers, int enabled, long file) {}

  /** Tables that have none of the triggers: they have been attached or created since. */
  List<Relation> withoutTriggers() {
    return members.stream().filter(each -> each.triggers() == 0).map(Member::relation).toList();
  }

  /** Why writers may pass the triggers now; empty if none can. */
  Optional<String> gap() {
    return members.stream()
        .filter(each -> each.enabled() < ALL)
        .findFirst()
        .map(
            each ->
                (each.triggers() < ALL
                        ? "a trigger of %s is missing"
                        : "a trigger of %s is disabled")
                    .formatted(each.relation().schema() + "." + each.relation().name()));
  }

  /** A text that differs when tables, triggers or what rows are written in do. */
  String text() {
    return tables() + COLUMNS + columns;
  }

  private String tables() {
    return members.stream()
        .map(
            each ->
                each.relation().oid()
                    + ":"
                    + each.triggers()
                    + ":"
                    + each.enabled()
                    + ":"
                    + each.file())
        .collect(Collectors.joining(" "));
  }

  /** How it differs from a text of before, as a reason to count all rows; null if it does not. */
  String difference(String before) {
    if (text().equals(before)) return null;
    if (!before.contains(COLUMNS)) return "it was counted by an earlier release";
    String tables = before.split(COLUMNS, -1)[0];
    if (!without(TRIGGERS_AND_FILES, tables).equals(without(TRIGGERS_AND_FILES, tables()))) {
      return "partitions have come or gone";
    }
    if (!without(FILES, tables).equals(without(FILES, tables()))) {
      return gap().orElse("triggers were missing or disabled until now");
    }
    return before.endsWith(COLUMNS + columns)
        ? "the table was rewritten"
        : "a column or its type was replaced";
  }

  private static String without(String part, String text) {
    return text.replaceAll(part, "");
  }
}
