package dev.boardcast.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongFunction;

/** Writes the same decisions as NDJSON and as CSV. */
final class IngestRows {
  static final String COLUMNS = "event_id, strategy, provider, model, confidence, cost, decided_at";

  private IngestRows() {}

  static String json(String prefix, long row) {
    return ("{\"event_id\":\"%s-%d\",\"strategy\":\"s%d\",\"provider\":\"provider %d\","
            + "\"model\":\"model %d\",\"confidence\":0.%02d,\"cost\":0.00%03d,"
            + "\"decided_at\":\"2026-01-%02dT%02d:%02d:%02d.000Z\"}")
        .formatted(
            prefix,
            row,
            row % 5,
            row % 4,
            row % 12,
            row % 100,
            row % 1000,
            1 + row / 86_400 % 28,
            row / 3600 % 24,
            row / 60 % 60,
            row % 60);
  }

  static String csv(String prefix, long row) {
    return "%s-%d,s%d,provider %d,model %d,0.%02d,0.00%03d,2026-01-%02dT%02d:%02d:%02d.000Z"
        .formatted(
            prefix,
            row,
            row % 5,
            row % 4,
            row % 12,
            row % 100,
            row % 1000,
            1 + row / 86_400 % 28,
            row / 3600 % 24,
            row / 60 % 60,
            row % 60);
  }

  /** Writes one line per row. */
  static Path write(Path file, long rows, LongFunction<String> line) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (long row = 0; row < rows; row++) {
        out.write(line.apply(row));
        out.write('\n');
      }
    }
    return file;
  }
}
