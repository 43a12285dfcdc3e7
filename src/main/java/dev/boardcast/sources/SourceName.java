package dev.boardcast.sources;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * Which table is a source.
 *
 * @param connection the name of the connection to its database; empty for Boardcast's own
 */
public record SourceName(Optional<String> connection, String schema, String table) {
  private static final int MAX_NAME = 45;
  private static final int MAX_IDENTIFIER = 63;

  /**
   * Reads the name of a table.
   *
   * @param text {@code table} of the schema public, or {@code schema.table}, without quotes
   * @throws SourceException when it is no such name
   */
  public static SourceName parse(Optional<String> connection, String text) {
    String[] parts = text.strip().split("\\.", -1);
    if (parts.length > 2) throw invalid(text);
    for (String part : parts) {
      boolean fits =
          !part.isBlank()
              && part.getBytes(StandardCharsets.UTF_8).length <= MAX_IDENTIFIER
              && part.chars().noneMatch(each -> each < ' ' || each == '"');
      if (!fits) throw invalid(text);
    }
    return parts.length == 1
        ? new SourceName(connection, "public", parts[0])
        : new SourceName(connection, parts[0], parts[1]);
  }

  private static SourceException invalid(String text) {
    return new SourceException(
        "\"%s\" is not the name of a table, expected table or schema.table without quotes"
            .formatted(text));
  }

  /** {@code schema.table}, for messages. */
  public String relation() {
    return schema + "." + table;
  }

  /** The unique name: {@code connection:schema.table}, or {@code schema.table}. */
  public String key() {
    return connection.map(name -> name + ":").orElse("") + relation();
  }

  /**
   * The table of changes, which boards read as facts: {@code source_orders}, {@code
   * source_shop_orders}. A name that has other characters, or is long, ends with a digest.
   */
  public String facts() {
    String plain =
        connection.map(name -> name + "_").orElse("")
            + (schema.equals("public") ? "" : schema + "_")
            + table;
    String safe = plain.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    if (safe.equals(plain) && safe.length() <= MAX_NAME) return "source_" + safe;
    String kept = safe.substring(0, Math.min(safe.length(), MAX_NAME - 9));
    return "source_" + kept + "_" + digest(key());
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 4);
    } catch (NoSuchAlgorithmException defect) {
      throw new IllegalStateException(defect);
    }
  }
}
