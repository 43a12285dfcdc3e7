package dev.boardcast.database;

/**
 * Decides which schema holds Boardcast's tables: the configured one, else {@code boardcast}, else,
 * in a database of release 0.1, the one where that release put them. Nothing but this schema is on
 * the search path of a connection.
 */
final class SchemaName {
  static final String DEFAULT = "boardcast";

  /**
   * Returns the schema of a database where none is configured. Release 0.1 took the first schema of
   * its role's search path, usually {@code public}. Reads the catalog only and takes no locks.
   */
  static final String QUERY =
      """
      SELECT CASE WHEN to_regclass('boardcast.event_shard') IS NULL
                   AND to_regclass('board_state') IS NOT NULL
                   AND to_regclass('flyway_schema_history') IS NOT NULL
             THEN (SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                   WHERE c.oid = to_regclass('event_shard')) END""";

  private SchemaName() {}
}
