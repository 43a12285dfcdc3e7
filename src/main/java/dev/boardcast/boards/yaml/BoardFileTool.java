package dev.boardcast.boards.yaml;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** What an author of board files needs before a node reads them. */
public final class BoardFileTool {
  private BoardFileTool() {}

  /**
   * Checks a file by itself and against the database. Blocks while it reads the file; changes
   * nothing.
   *
   * @param alerts checks an alert rule, as {@link dev.boardcast.spi.AlertRules#check}
   * @return a report on rows, indexes and costs, warnings last; fails with {@link
   *     InvalidBoardFileException}, which names line, field and expectation
   */
  public static Future<List<String>> check(
      Pool pool, Path file, BiConsumer<Board, RawJson> alerts) {
    byte[] text = YamlFile.bytes(file);
    var content = YamlFile.parse(file, text);
    if (!DeclarationReader.reads(content)) {
      BoardFile board = BoardFileReader.read(content);
      return new BoardFileCheck(board)
          .run(pool)
          .compose(keyTypes -> BoardCost.of(pool, board, keyTypes));
    }
    Declaration declared = DeclarationReader.read(content, text);
    DeclaredAlert.checkAll(declared, alerts);
    return FactRelations.of(pool, declared)
        .compose(
            facts ->
                new DeclarationCheck(declared, facts)
                    .run(pool)
                    .compose(valid -> BoardCost.of(pool, declared, facts.table())));
  }

  /**
   * Computes the snapshot that a file of version 2 has now, of the facts that are stored, in a
   * transaction that is rolled back.
   *
   * @return fails as {@link #check}
   */
  public static Future<RawJson> preview(Pool pool, Path file, Instant now) {
    byte[] text = YamlFile.bytes(file);
    var content = YamlFile.parse(file, text);
    if (!DeclarationReader.reads(content)) {
      throw new InvalidBoardFileException(
          content.position(), "has no version 2: only such a file has a preview");
    }
    Declaration declared = DeclarationReader.read(content, text);
    return FactRelations.of(pool, declared)
        .compose(
            facts ->
                new DeclarationCheck(declared, facts)
                    .run(pool)
                    .compose(valid -> new BoardPreview(declared, facts).read(pool, now)));
  }

  /**
   * Writes an interface of TypeScript for the snapshots of a board. Blocks while it reads the file.
   *
   * @throws InvalidBoardFileException which names line, field and expectation
   */
  public static String typeScript(Path file) {
    return TypeScriptTypes.of(BoardTypes.read(file));
  }

  /**
   * Writes records of Java for the snapshots of a board, which Jackson reads. Blocks while it reads
   * the file.
   *
   * @param home the package of the records; empty for none
   * @throws InvalidBoardFileException which names line, field and expectation
   */
  public static String java(Path file, String home) {
    return JavaTypes.of(BoardTypes.read(file), home);
  }

  /**
   * The table that a file of version 2 has as its source. Blocks while it reads the file.
   *
   * @throws InvalidBoardFileException if it is of another version, or has facts of its own
   */
  public static BoardSource source(Path file) {
    byte[] text = YamlFile.bytes(file);
    var content = YamlFile.parse(file, text);
    if (!DeclarationReader.reads(content)) {
      throw new InvalidBoardFileException(
          content.position(), "has no version 2: only such a file names a source");
    }
    return DeclarationReader.read(content, text)
        .source()
        .map(
            source ->
                new BoardSource(
                    source.connection(), source.table(), source.watermark(), source.every()))
        .orElseThrow(
            () ->
                new InvalidBoardFileException(
                    content.position(), "has facts of its own, expected source: {table: …}"));
  }

  /**
   * Checks a file of version 2 against the columns that its source has, and finds those that it
   * uses.
   *
   * @param columns SQL types by name, as a source keeps them
   * @return names in the order of the table; fails as {@link #check}
   */
  public static Future<List<String>> sourceColumns(
      Pool pool, Path file, Map<String, String> columns) {
    byte[] text = YamlFile.bytes(file);
    Declaration declared = DeclarationReader.read(YamlFile.parse(file, text), text);
    return new UsedColumns(declared, columns).find(pool);
  }

  /**
   * Writes a board file of version 2 for facts like the rows of a table.
   *
   * @param table with or without its schema
   * @return fails with {@link IllegalArgumentException} if there is no such table, or it has no
   *     column with a time
   */
  public static Future<String> draft(Pool pool, String table) {
    return BoardDraft.of(pool, table);
  }
}
