package dev.boardcast.admin;

import dev.boardcast.admin.AuditRoutes.Entry;
import dev.boardcast.spi.Json;
import dev.boardcast.web.Csv;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The audit trail as a table. */
final class AuditCsv {
  private static final String HEADER =
      "at,id,actor,address,user_agent,action,target,outcome,status,reason,request_id,node,count\r\n";

  private AuditCsv() {}

  static String of(List<Entry> entries) {
    return entries.stream()
        .map(AuditCsv::line)
        .collect(Collectors.joining("\r\n", HEADER, entries.isEmpty() ? "" : "\r\n"));
  }

  private static String line(Entry entry) {
    return Stream.of(
            Json.time(entry.at()),
            entry.id(),
            entry.actor(),
            entry.address(),
            entry.userAgent(),
            entry.action(),
            entry.target(),
            entry.outcome(),
            entry.status(),
            entry.reason(),
            entry.requestId(),
            entry.node(),
            entry.count())
        .map(value -> Csv.cell(Objects.toString(value, "")))
        .collect(Collectors.joining(","));
  }
}
