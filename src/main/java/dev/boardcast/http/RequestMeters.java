package dev.boardcast.http;

import dev.boardcast.web.limits.ClientLimits;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Handler;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Counts and times the requests of a router by the operation that answered. Sessions are no
 * requests here: they last. Thread safe.
 */
final class RequestMeters implements Handler<RoutingContext> {
  private static final String OTHER = "other";
  private static final Duration[] BUCKETS =
      IntStream.of(5, 25, 100, 250, 500, 1_000, 2_500, 10_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private record Answer(String route, int code) {}

  private final MeterRegistry registry;
  // Bounded by the operations and the codes they answer with.
  private final Map<Answer, Counter> answers = new ConcurrentHashMap<>();
  private final Map<String, Timer> durations = new ConcurrentHashMap<>();

  RequestMeters(ClientLimits limits) {
    registry = limits.registry();
  }

  @Override
  public void handle(RoutingContext context) {
    long begin = System.nanoTime();
    context.addEndHandler(
        ended -> record(context, AnsweredStatus.of(context, ended), System.nanoTime() - begin));
    context.next();
  }

  private void record(RoutingContext context, int code, long nanos) {
    String route = operation(context.currentRoute());
    answers.computeIfAbsent(new Answer(route, code), this::counter).increment();
    durations.computeIfAbsent(route, this::timer).record(nanos, TimeUnit.NANOSECONDS);
  }

  /** The operation's id; routes without a name are checks that come before, and what is absent. */
  private static String operation(Route route) {
    if (route == null || route.getName() == null) return OTHER;
    String name = route.getName();
    return name.equals(route.getPath()) || name.indexOf('/') >= 0 ? OTHER : name;
  }

  private Counter counter(Answer answer) {
    return Counter.builder("boardcast.http.requests")
        .description("Requests answered, by operation and status")
        .tag("route", answer.route())
        .tag("code", Integer.toString(answer.code()))
        .register(registry);
  }

  private Timer timer(String route) {
    return Timer.builder("boardcast.http.request")
        .description("From the head of a request to the end of its answer, by operation")
        .tag("route", route)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }
}
