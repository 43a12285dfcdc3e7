package dev.boardcast.server.demo;

import dev.boardcast.spi.Json;
import java.math.BigDecimal;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Generates views and purchases; a few payments fail. */
final class PlatformTraffic implements Traffic {
  private static final int USERS = 200;
  private static final int ITEMS = 40;

  @Override
  public double rate() {
    return 3;
  }

  @Override
  public Call next(RandomGenerator random) {
    String user = "visitor-" + random.nextInt(USERS);
    String item = "item-" + random.nextInt(ITEMS);
    if (random.nextInt(10) > 0) {
      return new Call(
          "demo",
          "/api/v1/analytics/views",
          Json.encode(Map.of("content_id", item, "user_id", user)));
    }
    return new Call(
        "demo",
        "/api/v1/analytics/transactions",
        Json.encode(
            Map.of(
                "transaction_id",
                UUID.randomUUID().toString(),
                "user_id",
                user,
                "content_id",
                item,
                "amount",
                BigDecimal.valueOf(500 + random.nextInt(9500), 2),
                "status",
                random.nextInt(20) == 0 ? "failed" : "completed")));
  }
}
