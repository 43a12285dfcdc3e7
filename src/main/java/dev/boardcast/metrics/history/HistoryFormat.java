package dev.boardcast.metrics.history;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boardcast.spi.Json;
import dev.boardcast.web.Csv;
import dev.boardcast.web.StepText;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Formats series as JSON and CSV. Slow for many points: do not call it on an event loop. */
final class HistoryFormat {
  private HistoryFormat() {}

  /** {@code {board, step, series: [{metric, key?, points: [[time, value], …]}, …]}}. */
  static Buffer json(String board, HistorySeries series) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var range = series.range();
    try (JsonGenerator out = Json.MAPPER.getFactory().createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("board", board);
      out.writeStringField("from", Json.time(range.from()));
      out.writeStringField("to", Json.time(range.to()));
      out.writeStringField("step", StepText.text(range.step()));
      out.writeArrayFieldStart("series");
      series.each(
          (metric, key, points) -> {
            out.writeStartObject();
            out.writeStringField("metric", metric.text());
            if (metric.hasKeys()) out.writeStringField("key", key);
            out.writeArrayFieldStart("points");
            for (int i = 0; i < points.length; i++) {
              out.writeStartArray();
              out.writeString(Json.time(range.time(i)));
              out.writeRawValue(points[i] == null ? "null" : points[i]);
              out.writeEndArray();
            }
            out.writeEndArray();
            out.writeEndObject();
          });
      out.writeEndArray();
      out.writeEndObject();
    }
    return Buffer.buffer(bytes.toByteArray());
  }

  /** RFC 4180 with a header: the time, then one column per series, empty where nothing is known. */
  static Buffer csv(HistorySeries series) {
    List<String> header = new ArrayList<>(List.of("timestamp"));
    List<String[]> columns = new ArrayList<>();
    series.each(
        (metric, key, points) -> {
          header.add(Csv.cell(metric.named(key)));
          columns.add(points);
        });
    var text = new StringBuilder(String.join(",", header)).append("\r\n");
    for (int i = 0; i < series.range().points(); i++) {
      text.append(Json.time(series.range().time(i)));
      for (String[] column : columns) text.append(',').append(cell(column[i]));
      text.append("\r\n");
    }
    return Buffer.buffer(text.toString());
  }

  private static String cell(String json) {
    if (json == null) return "";
    if (!json.startsWith("\"")) return json;
    try {
      return Csv.cell(Json.MAPPER.readValue(json, String.class));
    } catch (IOException broken) {
      throw new IllegalStateException("invalid JSON in history", broken);
    }
  }
}
