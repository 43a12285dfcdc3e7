package dev.boardcast.testing.recorded;

import dev.boardcast.spi.Json;
import dev.boardcast.testing.RealData;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The recorded order lines as facts: a transaction per invoice, an activity per line. Some lines
 * are exact copies of others and count, so a line's id is its file and row.
 */
final class RetailFacts {
  private static final String FILE = "online_retail_2010-12-01_to_09.csv";
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

  private RetailFacts() {}

  /**
   * @param user null for an anonymous one
   */
  record InvoiceLine(int row, String invoice, BigDecimal amount, Instant at, String user) {
    String activity() {
      var fact = Json.MAPPER.createObjectNode();
      fact.put("user_id", user).put("at", Json.time(at)).put("event_id", FILE + ":" + row);
      return fact.toString();
    }
  }

  record Order(String id, String user, BigDecimal amount, Instant at) {
    Order with(InvoiceLine line) {
      return new Order(
          id, user, amount.add(line.amount()), line.at().isBefore(at) ? line.at() : at);
    }

    /** A cancelled order is a failed transaction. */
    String json() {
      var fact = Json.MAPPER.createObjectNode();
      fact.put("transaction_id", id).put("amount", amount);
      fact.put("status", id.startsWith("C") ? "failed" : "completed");
      fact.put("occurred_at", Json.time(at));
      if (user != null) fact.put("user_id", user);
      return fact.toString();
    }
  }

  static List<InvoiceLine> lines() throws IOException {
    List<InvoiceLine> lines = new ArrayList<>();
    for (Map<String, String> row : RealData.csv("platform", FILE)) {
      String user = row.get("CustomerID");
      lines.add(
          new InvoiceLine(
              lines.size() + 1,
              row.get("InvoiceNo"),
              new BigDecimal(row.get("Quantity")).multiply(new BigDecimal(row.get("UnitPrice"))),
              LocalDateTime.parse(row.get("InvoiceDate"), TIME).toInstant(ZoneOffset.UTC),
              user.isEmpty() ? null : user));
    }
    return lines;
  }

  static List<Order> orders(List<InvoiceLine> lines) {
    Map<String, Order> orders = new LinkedHashMap<>();
    for (InvoiceLine line : lines) {
      var known = orders.get(line.invoice());
      orders.put(
          line.invoice(),
          known == null
              ? new Order(line.invoice(), line.user(), line.amount(), line.at())
              : known.with(line));
    }
    return List.copyOf(orders.values());
  }
}
