package dev.boardcast.sources;

import java.util.List;

/**
 * The names of what an installed source has in its database.
 *
 * @param schema of the change table, its markers and the functions
 * @param changes the table of changes
 */
record SourceObjects(String schema, String changes) {
  /** What fires triggers, by the ends of their names. */
  static final List<String> EVENTS = List.of("insert", "update", "delete", "truncate");

  private static final int MAX_SEQUENCE_PREFIX = 49;

  static SourceObjects of(String schema, SourceName name) {
    return new SourceObjects(schema, name.facts());
  }

  String quotedChanges() {
    return Identifiers.quoted(schema, changes);
  }

  /** The table of markers: each says that changes of rows are not in the change table. */
  String quotedMarkers() {
    return Identifiers.quoted(schema, changes + "_marker");
  }

  /** The sequence of change ids, by the name that PostgreSQL gives it. */
  String quotedChangeIds() {
    String kept = changes.substring(0, Math.min(changes.length(), MAX_SEQUENCE_PREFIX));
    return Identifiers.quoted(schema, kept + "_change_id_seq");
  }

  /** A sequence whose value is the greatest change id that triggers may reach. */
  String quotedLimit() {
    return Identifiers.quoted(schema, changes + "_limit");
  }

  String quotedIndex() {
    return Identifiers.quoted(changes + "_tx");
  }

  String changedFunction() {
    return changes + "_changed";
  }

  String truncatedFunction() {
    return changes + "_cut";
  }

  /** The name of a trigger: two installations with different schemas do not meet. */
  String trigger(String event) {
    return schema.substring(0, Math.min(schema.length(), 50)) + "_" + event;
  }

  List<String> triggers() {
    return EVENTS.stream().map(this::trigger).toList();
  }
}
