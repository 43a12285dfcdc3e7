package dev.boardcast.sources;

import java.util.List;

/**
 * A table that can be a source, as its database describes it.
 *
 * @param columns those that boards use
 * @param relations the table and all its partitions, from the parent down, which have triggers
 */
record SourceTable(
    SourceName name, long oid, List<SourceColumn> columns, List<Relation> relations) {

  /** One table with rows or partitions. */
  record Relation(long oid, String schema, String name) {
    String quoted() {
      return Identifiers.quoted(schema, name);
    }
  }
}
