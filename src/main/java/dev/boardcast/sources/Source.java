package dev.boardcast.sources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.boardcast.spi.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An installed source, as the table {@code source} has it.
 *
 * @param oid of the table in its database
 * @param objects in its database
 * @param watermark null if no changes have been read from another database
 * @param origin null before the first count
 * @param structure empty before the first count
 * @param countedAt null before the first count
 * @param driftCause null where the last count had nothing to correct
 * @param problem null while the table is a source
 * @param readOnly null for a source with triggers
 */
record Source(
    SourceName name,
    long oid,
    SourceObjects objects,
    List<SourceColumn> columns,
    String watermark,
    String origin,
    String structure,
    boolean isRecountRequested,
    Instant countedAt,
    long drift,
    String driftCause,
    String problem,
    ReadOnly readOnly) {

  private static final String SELECT =
      """
      SELECT name, connection, relation_schema, relation, relation_oid, object_schema,
             columns::text, watermark::text, origin, structure, recount_requested,
             extract(epoch FROM counted_at)::bigint AS counted_at, drift, drift_cause, problem,
             mode, watermark_column, key_column, lag_ms, every_ms
      FROM source""";

  private static final String SAVE =
      """
      INSERT INTO source AS s (name, connection, relation_schema, relation, relation_oid, facts,
                               object_schema, columns)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?::jsonb)
      ON CONFLICT (name) DO UPDATE
        SET relation_oid = excluded.relation_oid, object_schema = excluded.object_schema,
            columns = excluded.columns, recount_requested = true, problem = NULL,
            structure = '', watermark = CASE WHEN s.object_schema = excluded.object_schema
                                                  AND s.relation_oid = excluded.relation_oid
                                             THEN s.watermark END""";

  /** The table of facts. */
  String facts() {
    return Identifiers.quoted(name.facts());
  }

  /** The names of the columns, as parts of SQL. */
  String names() {
    return Identifiers.list(columns.stream().map(SourceColumn::name).toList());
  }

  /** The values of a row of the table, in the order of {@link #names}. */
  String values() {
    return columns.stream()
        .map(column -> column.value() + " AS " + Identifiers.quoted(column.name()))
        .reduce((one, other) -> one + ", " + other)
        .orElseThrow();
  }

  /** The table in its database. */
  String relation() {
    return Identifiers.quoted(name.schema(), name.table());
  }

  /** All sources, by name. */
  static List<Source> all(Connection local) throws SQLException {
    try (var query = local.prepareStatement(SELECT + " ORDER BY name")) {
      return read(query);
    }
  }

  static Optional<Source> find(Connection local, SourceName name) throws SQLException {
    try (var query = local.prepareStatement(SELECT + " WHERE name = ?")) {
      query.setString(1, name.key());
      return read(query).stream().findFirst();
    }
  }

  /** The source, locked until the transaction ends; empty where another transaction has it. */
  static Optional<Source> lock(Connection local, SourceName name) throws SQLException {
    try (var query =
        local.prepareStatement(SELECT + " WHERE name = ? FOR NO KEY UPDATE SKIP LOCKED")) {
      query.setString(1, name.key());
      return read(query).stream().findFirst();
    }
  }

  /** Stores an installation: all rows will be counted. */
  static void save(Connection local, SourceTable table, SourceObjects objects) throws SQLException {
    SourceName name = table.name();
    try (var insert = local.prepareStatement(SAVE)) {
      insert.setString(1, name.key());
      insert.setString(2, name.connection().orElse(null));
      insert.setString(3, name.schema());
      insert.setString(4, name.table());
      insert.setLong(5, table.oid());
      insert.setString(6, name.facts());
      insert.setString(7, objects.schema());
      insert.setString(8, SourceColumn.json(table.columns()));
      insert.executeUpdate();
    }
  }

  private static List<Source> read(PreparedStatement query) throws SQLException {
    List<Source> sources = new ArrayList<>();
    try (var row = query.executeQuery()) {
      while (row.next()) sources.add(of(row));
    }
    return sources;
  }

  private static Source of(ResultSet row) throws SQLException {
    var name =
        new SourceName(
            Optional.ofNullable(row.getString("connection")),
            row.getString("relation_schema"),
            row.getString("relation"));
    long counted = row.getLong("counted_at");
    Instant countedAt = row.wasNull() ? null : Instant.ofEpochSecond(counted);
    try {
      return new Source(
          name,
          row.getLong("relation_oid"),
          SourceObjects.of(row.getString("object_schema"), name),
          Json.MAPPER.readValue(
              row.getString("columns"), new TypeReference<List<SourceColumn>>() {}),
          row.getString("watermark"),
          row.getString("origin"),
          row.getString("structure"),
          row.getBoolean("recount_requested"),
          countedAt,
          row.getLong("drift"),
          row.getString("drift_cause"),
          row.getString("problem"),
          ReadOnly.of(row));
    } catch (JsonProcessingException defect) {
      throw new IllegalStateException("columns of " + name.key(), defect);
    }
  }
}
