package dev.boardcast.database.backup;

import java.time.Instant;
import java.util.List;

/**
 * What a backup has, beside the rows.
 *
 * @param format of the file
 * @param at when the snapshot was taken
 * @param server version of PostgreSQL there
 * @param migration the last migration of the schema
 * @param histories tables of the migrations of board modules
 * @param tables in an order in which they can be created and filled
 * @param sequences of columns and of their own
 */
record BackupManifest(
    int format,
    Instant at,
    String server,
    String migration,
    List<String> histories,
    List<Table> tables,
    List<Sequence> sequences) {
  static final int FORMAT = 1;
  static final String ENTRY = "manifest.json";

  /**
   * @param columns of the rows, in the order of the file; empty for a table without rows of its own
   * @param rows how many
   * @param definition statements that create it where no migration does
   */
  record Table(String name, List<String> columns, long rows, List<String> definition) {
    String entry() {
      return "tables/" + name + ".copy";
    }

    String columnList() {
      return columns.stream().map(TableCatalog::quoted).reduce((a, b) -> a + ", " + b).orElse("");
    }
  }

  /**
   * @param isCalled whether {@code last} was given out
   */
  record Sequence(String name, long last, boolean isCalled) {}
}
