package dev.boardcast.sources;

import dev.boardcast.sources.SourceStructure.Member;
import dev.boardcast.sources.SourceTable.Relation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the catalog of a source's database. Blocking; changes nothing. */
final class SourceCatalog {
  /** Columns of the change table itself. */
  static final Set<String> RESERVED = Set.of("change_id", "sign", "tx");

  private static final Set<String> READABLE = Set.of("r", "p", "v", "m", "f");

  private static final String TABLE =
      """
      SELECT c.oid, c.relkind::text AS kind, c.relpersistence::text AS persistence,
             pg_has_role(c.relowner, 'USAGE') AS owned, pg_get_userbyid(c.relowner) AS owner,
             c.relrowsecurity AND c.relforcerowsecurity AS hides_rows,
             row_security_active(c.oid) AS hides_rows_of_role, current_user AS role,
             n.nspname LIKE 'pg\\_%' OR n.nspname = 'information_schema' AS is_system
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ? AND c.relname = ?""";

  private static final String COLUMNS =
      """
      WITH RECURSIVE base AS (
        SELECT a.attnum, t.oid, t.typtype, t.typbasetype, t.typname, t.typnamespace
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = ?::oid AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL
        SELECT b.attnum, t.oid, t.typtype, t.typbasetype, t.typname, t.typnamespace
        FROM base b JOIN pg_type t ON t.oid = b.typbasetype WHERE b.typtype = 'd')
      SELECT a.attname, b.typname, b.typtype = 'e' AS is_enum,
             b.typnamespace = 'pg_catalog'::regnamespace OR b.typtype = 'e' AS is_known,
             format_type(a.atttypid, a.atttypmod) AS shown,
             CASE WHEN a.atttypid < 10000 THEN a.atttypid::text
                  ELSE format('pg_catalog.to_regtype(%L)',
                              (SELECT format('%I.%I', n.nspname, t.typname)
                               FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                               WHERE t.oid = a.atttypid)) END AS source_type,
             coalesce((SELECT NOT c.collisdeterministic FROM pg_collation c
                       WHERE c.oid = a.attcollation), false) AS is_fuzzy,
             a.attgenerated = 'v' AS is_virtual
      FROM base b JOIN pg_attribute a ON a.attrelid = ?::oid AND a.attnum = b.attnum
      WHERE b.typtype <> 'd' ORDER BY a.attnum""";

  private static final String RELATIONS =
      """
      WITH RECURSIVE tree AS (
        SELECT c.oid, 0 AS depth FROM pg_class c WHERE c.oid = ?::oid
        UNION ALL
        SELECT i.inhrelid, tree.depth + 1 FROM pg_inherits i JOIN tree ON i.inhparent = tree.oid)
      SELECT c.oid, n.nspname, c.relname, c.relkind::text AS kind,
             c.relpersistence::text AS persistence, c.relfilenode,
             count(t.oid) AS triggers, count(t.oid) FILTER (WHERE t.tgenabled = 'A') AS enabled
      FROM (SELECT oid, min(depth) AS depth FROM tree GROUP BY oid) AS tree
      JOIN pg_class c ON c.oid = tree.oid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = ANY (?) AND NOT t.tgisinternal
      GROUP BY c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relfilenode, tree.depth
      ORDER BY tree.depth, c.oid""";

  // Values of enums are kept as text, so a label that is renamed changes them.
  private static final String WRITTEN =
      """
      SELECT coalesce(string_agg(
               concat_ws(':', a.attnum, a.atttypid, a.atttypmod,
                         (SELECT md5(string_agg(e.enumlabel, ',' ORDER BY e.oid))
                          FROM pg_enum e WHERE e.enumtypid = a.atttypid)),
               ' ' ORDER BY a.attnum), '')
      FROM pg_attribute a
      WHERE a.attrelid = ?::oid AND a.attname = ANY (?) AND NOT a.attisdropped""";

  private final Connection connection;

  SourceCatalog(Connection connection) {
    this.connection = connection;
  }

  /**
   * Describes a table with the columns that boards use.
   *
   * @throws SourceException when it cannot be a source
   */
  SourceTable table(SourceName name, List<String> columns, SourceObjects objects)
      throws SQLException {
    if (columns.isEmpty()) throw new SourceException("a source needs at least one column");
    long oid = require(name);
    List<Relation> relations = new ArrayList<>();
    for (Member member : members(oid, objects, name)) relations.add(member.relation());
    return new SourceTable(name, oid, columns(name, oid, columns), relations);
  }

  /**
   * The columns that a source of a table can have.
   *
   * @throws SourceException when the table cannot be a source
   */
  List<SourceColumn> usable(SourceName name) throws SQLException {
    return usable(require(name));
  }

  /** The same of a table or view of which nothing but SELECT is asked. */
  List<SourceColumn> usableToRead(SourceName name) throws SQLException {
    return usable(readable(name).oid());
  }

  private List<SourceColumn> usable(long oid) throws SQLException {
    Map<String, SourceColumn> usable = new LinkedHashMap<>();
    read(oid, usable, new LinkedHashMap<>());
    RESERVED.forEach(usable::remove);
    return List.copyOf(usable.values());
  }

  /** The oid of a table that can be a source. */
  private long require(SourceName name) throws SQLException {
    try (var query = connection.prepareStatement(TABLE)) {
      query.setString(1, name.schema());
      query.setString(2, name.table());
      try (var row = query.executeQuery()) {
        if (!row.next()) throw new SourceException("there is no table " + name.relation());
        requireTable(name, row);
        return row.getLong("oid");
      }
    }
  }

  /**
   * Describes a table or view of which nothing but SELECT is asked.
   *
   * @throws SourceException when it, or a column, cannot be read
   */
  SourceTable readable(SourceName name, List<String> columns) throws SQLException {
    SourceTable found = readable(name);
    return new SourceTable(name, found.oid(), columns(name, found.oid(), columns), List.of());
  }

  /** The same without columns. */
  SourceTable readable(SourceName name) throws SQLException {
    try (var query = connection.prepareStatement(TABLE)) {
      query.setString(1, name.schema());
      query.setString(2, name.table());
      try (var row = query.executeQuery()) {
        if (!row.next()) {
          throw new SourceException("there is no table or view " + name.relation());
        }
        if (!READABLE.contains(row.getString("kind"))) {
          throw new SourceException(name.relation() + " is no table or view");
        }
        if (row.getBoolean("hides_rows_of_role")) {
          throw hidesRows(name, row);
        }
        return new SourceTable(name, row.getLong("oid"), List.of(), List.of());
      }
    }
  }

  private static void requireTable(SourceName name, ResultSet row) throws SQLException {
    String what =
        switch (row.getString("kind")) {
          case "r", "p" -> null;
          case "v" -> "is a view";
          case "m" -> "is a materialized view";
          case "f" -> "is a foreign table";
          case "S" -> "is a sequence";
          default -> "is no table";
        };
    if (what == null && row.getBoolean("is_system")) what = "belongs to PostgreSQL";
    if (what == null) what = unkept(row.getString("persistence"));
    if (what != null) {
      throw new SourceException(
          "%s %s, expected a permanent table of your own".formatted(name.relation(), what));
    }
    if (row.getBoolean("hides_rows")) {
      throw new SourceException(
          "row level security is forced on %s, so its rows cannot all be counted"
              .formatted(name.relation()));
    }
  }

  /**
   * Checks that the role may add triggers.
   *
   * @throws SourceException when it has not the rights of the table's owner
   */
  void requireOwner(SourceName name) throws SQLException {
    try (var query = connection.prepareStatement(TABLE)) {
      query.setString(1, name.schema());
      query.setString(2, name.table());
      try (var row = query.executeQuery()) {
        if (!row.next() || row.getBoolean("owned")) return;
        throw new SourceException(
            "%s belongs to the role %s, and %s has no rights of it; install the source as its owner, or run there what --print shows"
                .formatted(name.relation(), row.getString("owner"), row.getString("role")));
      }
    }
  }

  /**
   * Checks that the role sees all rows.
   *
   * @throws SourceException when row level security applies to it
   */
  void requireAllRows(SourceName name) throws SQLException {
    try (var query = connection.prepareStatement(TABLE)) {
      query.setString(1, name.schema());
      query.setString(2, name.table());
      try (var row = query.executeQuery()) {
        if (row.next() && row.getBoolean("hides_rows_of_role")) throw hidesRows(name, row);
      }
    }
  }

  private static SourceException hidesRows(SourceName name, ResultSet row) throws SQLException {
    return new SourceException(
        "row level security applies to the role %s on %s, so its rows cannot all be counted; expected a role with BYPASSRLS, or a view of the table's owner"
            .formatted(row.getString("role"), name.relation()));
  }

  private static String unkept(String persistence) {
    return switch (persistence) {
      case "u" -> "is unlogged and is emptied by a crash";
      case "t" -> "is temporary";
      default -> null;
    };
  }

  private List<SourceColumn> columns(SourceName name, long oid, List<String> wanted)
      throws SQLException {
    Map<String, SourceColumn> usable = new LinkedHashMap<>();
    Map<String, String> unusable = new LinkedHashMap<>();
    read(oid, usable, unusable);
    List<SourceColumn> columns = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String each : wanted) {
      if (!seen.add(each)) throw new SourceException("column " + each + " is named twice");
      if (RESERVED.contains(each)) {
        throw new SourceException(
            "column %s of %s has a name that the change table uses itself (%s)"
                .formatted(each, name.relation(), String.join(", ", sorted(RESERVED))));
      }
      if (unusable.containsKey(each)) {
        throw new SourceException(
            "column %s of %s %s".formatted(each, name.relation(), unusable.get(each)));
      }
      if (!usable.containsKey(each)) {
        var all = new ArrayList<>(usable.keySet());
        all.addAll(unusable.keySet());
        throw new SourceException(
            "%s has no column %s, expected one of %s"
                .formatted(name.relation(), each, String.join(", ", sorted(all))));
      }
      columns.add(usable.get(each));
    }
    return columns;
  }

  private void read(long oid, Map<String, SourceColumn> usable, Map<String, String> unusable)
      throws SQLException {
    try (var query = connection.prepareStatement(COLUMNS)) {
      query.setLong(1, oid);
      query.setLong(2, oid);
      try (var row = query.executeQuery()) {
        while (row.next()) {
          String column = row.getString("attname");
          Optional<String> stored =
              row.getBoolean("is_known")
                  ? SourceColumn.stored(row.getString("typname"), row.getBoolean("is_enum"))
                  : Optional.empty();
          if (stored.isEmpty()) {
            unusable.put(
                column,
                "has the type %s, expected %s"
                    .formatted(row.getString("shown"), SourceColumn.EXPECTED));
          } else if (row.getBoolean("is_fuzzy")) {
            unusable.put(column, "has a collation in which different texts are equal");
          } else if (row.getBoolean("is_virtual")) {
            unusable.put(column, "is a virtual generated column, which triggers do not see");
          } else {
            usable.put(
                column, new SourceColumn(column, stored.get(), row.getString("source_type")));
          }
        }
      }
    }
  }

  /** What the catalog says now, as the transaction sees it, of a source that is installed. */
  SourceStructure structure(
      SourceName name, long oid, List<SourceColumn> columns, SourceObjects objects)
      throws SQLException {
    try {
      List<Member> members = members(oid, objects, name);
      if (members.isEmpty()) {
        throw new SourceException(
            "the table %s does not exist any more".formatted(name.relation()));
      }
      Map<String, SourceColumn> usable = new LinkedHashMap<>();
      Map<String, String> unusable = new LinkedHashMap<>();
      read(oid, usable, unusable);
      for (SourceColumn column : columns) {
        if (unusable.containsKey(column.name())) {
          throw changed(name, column, unusable.get(column.name()) + "; it was " + column.type());
        }
        SourceColumn now = usable.get(column.name());
        if (now == null) throw changed(name, column, "does not exist any more");
        if (!now.equals(column)) {
          throw changed(
              name, column, "is kept as %s now; it was %s".formatted(now.type(), column.type()));
        }
      }
      return new SourceStructure(Optional.empty(), members, written(oid, columns));
    } catch (SourceException problem) {
      return new SourceStructure(Optional.of(problem.getMessage()), List.of(), "");
    }
  }

  private String written(long oid, List<SourceColumn> columns) throws SQLException {
    try (var query = connection.prepareStatement(WRITTEN)) {
      query.setLong(1, oid);
      query.setArray(
          2, connection.createArrayOf("text", columns.stream().map(SourceColumn::name).toArray()));
      try (var row = query.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  private static SourceException changed(SourceName name, SourceColumn column, String how) {
    return new SourceException(
        "column %s of %s %s; remove the source and install it again"
            .formatted(column.name(), name.relation(), how));
  }

  private List<Member> members(long oid, SourceObjects objects, SourceName name)
      throws SQLException {
    List<Member> members = new ArrayList<>();
    try (var query = connection.prepareStatement(RELATIONS)) {
      query.setLong(1, oid);
      query.setArray(2, connection.createArrayOf("text", objects.triggers().toArray()));
      try (var row = query.executeQuery()) {
        while (row.next()) {
          var relation =
              new Relation(row.getLong("oid"), row.getString("nspname"), row.getString("relname"));
          boolean isForeign = row.getString("kind").equals("f");
          String unkept = isForeign ? "is a foreign table" : unkept(row.getString("persistence"));
          if (unkept != null) {
            throw new SourceException(
                "the partition %s.%s of %s %s, which no trigger follows"
                    .formatted(relation.schema(), relation.name(), name.relation(), unkept));
          }
          members.add(
              new Member(
                  relation,
                  row.getInt("triggers"),
                  row.getInt("enabled"),
                  row.getLong("relfilenode")));
        }
      }
    }
    return members;
  }

  private static List<String> sorted(Iterable<String> names) {
    List<String> sorted = new ArrayList<>();
    names.forEach(sorted::add);
    sorted.sort(null);
    return sorted;
  }
}
