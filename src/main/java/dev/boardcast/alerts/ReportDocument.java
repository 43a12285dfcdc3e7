package dev.boardcast.alerts;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;

/**
 * What a message of the kind report carries.
 *
 * @param subject one line
 * @param file its name
 * @param type its media type
 */
record ReportDocument(String subject, String file, String type, Buffer content) {
  static ReportDocument of(Row row) {
    return new ReportDocument(
        row.getString("subject"),
        row.getString("file"),
        row.getString("type"),
        row.getBuffer("content"));
  }
}
