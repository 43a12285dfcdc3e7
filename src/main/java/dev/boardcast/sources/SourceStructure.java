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
 */
record SourceStructure(Optional<String> problem, List<Member> members) {
  private static final int ALL = SourceObjects.EVENTS.size();

  /**
   * @param triggers how many of the triggers exist
   * @param enabled how many of them fire always
   */
  record Member(Relation relation, int triggers, int enabled) {}

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

  /** A text that differs when tables or triggers do. */
  String text() {
    return members.stream()
        .map(each -> each.relation().oid() + ":" + each.triggers() + ":" + each.enabled())
        .collect(Collectors.joining(" "));
  }

  /** Whether a text of before names other tables. */
  boolean hasOtherTables(String before) {
    return !oids(before).equals(oids(text()));
  }

  private static String oids(String text) {
    return text.replaceAll(":\\d+:\\d+", "");
  }
}
