package dev.boardcast.server.demo;

import dev.boardcast.spi.Json;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Generates visits: views, now and then a cart after them, and a purchase; a few payments fail. */
final class PlatformTraffic implements Traffic {
  private static final int USERS = 200;
  private static final int ITEMS = 40;
  private static final int MAX_KEPT = 20;
  private static final List<String> PLACES = List.of("top", "list", "footer");

  /** A user's last step, which another one may follow. */
  private record Visit(String user, String session, String item) {}

  private final Deque<Visit> viewed = new ArrayDeque<>();
  private final Deque<Visit> carts = new ArrayDeque<>();

  @Override
  public double rate() {
    return 3;
  }

  @Override
  public Call next(RandomGenerator random) {
    int chance = random.nextInt(10);
    if (chance == 0 && !carts.isEmpty()) return purchase(carts.poll(), random);
    if (chance < 3 && !viewed.isEmpty()) {
      Visit visit = viewed.poll();
      keep(carts, visit);
      return event("cart", visit, random);
    }
    int number = random.nextInt(USERS);
    var visit =
        new Visit("visitor-" + number, "session-" + number, "item-" + random.nextInt(ITEMS));
    keep(viewed, visit);
    return event("view", visit, random);
  }

  private static void keep(Deque<Visit> visits, Visit latest) {
    visits.add(latest);
    if (visits.size() > MAX_KEPT) visits.poll();
  }

  private static Call event(String kind, Visit visit, RandomGenerator random) {
    return new Call(
        "demo",
        "/api/v1/analytics/views",
        Json.encode(
            Map.of(
                "kind", kind,
                "content_id", visit.item(),
                "user_id", visit.user(),
                "session", visit.session(),
                "place", PLACES.get(random.nextInt(PLACES.size())))));
  }

  private static Call purchase(Visit visit, RandomGenerator random) {
    return new Call(
        "demo",
        "/api/v1/analytics/transactions",
        Json.encode(
            Map.of(
                "transaction_id",
                UUID.randomUUID().toString(),
                "user_id",
                visit.user(),
                "content_id",
                visit.item(),
                "amount",
                BigDecimal.valueOf(500 + random.nextInt(9500), 2),
                "status",
                random.nextInt(20) == 0 ? "failed" : "completed")));
  }
}
