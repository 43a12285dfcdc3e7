package dev.boardcast.gateway;

import dev.boardcast.bus.OutsideOfRequest;
import dev.boardcast.gateway.loop.BoundedCalls;
import dev.boardcast.gateway.loop.NodeQueuedBytes;
import dev.boardcast.gateway.loop.QueuedBytes;
import dev.boardcast.gateway.loop.TimingWheel;
import dev.boardcast.gateway.transport.TickScheduler;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/** What everything on one gateway event loop shares. */
public record GatewayLoop(
    Vertx vertx,
    GatewayConfig config,
    GatewayMeters meters,
    Clock clock,
    LongSupplier millis,
    TimingWheel wheel,
    TickScheduler ticks,
    BoundedCalls calls,
    QueuedBytes queued) {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

  public static GatewayLoop of(
      Vertx vertx,
      Context context,
      GatewayConfig config,
      GatewayMeters meters,
      Clock clock,
      NodeQueuedBytes queued) {
    Executor eventLoop = task -> context.runOnContext(ignored -> task.run());
    LongSupplier millis = () -> System.nanoTime() / 1_000_000;
    var ticks = new TickScheduler(eventLoop);
    return new GatewayLoop(
        vertx,
        config,
        meters,
        clock,
        millis,
        new TimingWheel(millis.getAsLong()),
        ticks,
        new BoundedCalls(eventLoop, CALL_TIMEOUT),
        new QueuedBytes(queued, ticks::atEnd));
  }

  /** Milliseconds of a monotonic clock. */
  public long now() {
    return millis.getAsLong();
  }

  public Instant time() {
    return clock.instant();
  }

  /**
   * Runs {@code task} on this event loop after a delay, with the resolution of the timing wheel.
   */
  public void schedule(long after, Runnable task) {
    wheel.schedule(
        new TimingWheel.Entry() {
          @Override
          protected long check(long now) {
            task.run();
            return TimingWheel.NEVER;
          }
        },
        now() + after);
  }

  /**
   * Runs {@code task} on this event loop after a while, outside of the request that asks for it.
   */
  public void later(long millis, Runnable task) {
    OutsideOfRequest.setTimer(vertx, millis, task);
  }
}
