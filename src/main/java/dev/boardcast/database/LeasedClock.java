package dev.boardcast.database;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/**
 * Works at a period, on the one node that holds a lease. One per node; one event loop.
 *
 * <p>The lease saves work: two nodes may work at the same time for a moment. That work is done once
 * must be ensured by its transactions.
 */
public abstract class LeasedClock extends VerticleBase {
  private static final Duration LEASE_TTL = Duration.ofSeconds(5);

  private final NodeHeartbeat heartbeat;
  private final String lease;
  private final Duration period;
  private LeaseHolder leaseHolder;

  /**
   * @param heartbeat renews the lease
   * @param lease its name
   */
  protected LeasedClock(NodeHeartbeat heartbeat, String lease, Duration period) {
    this.heartbeat = heartbeat;
    this.lease = lease;
    this.period = period;
  }

  /** Called at each period and when the lease was acquired, on the node that holds it. */
  protected abstract void tick();

  @Override
  public Future<?> start() {
    leaseHolder = new LeaseHolder(vertx, heartbeat, new Lease(lease, heartbeat.node(), LEASE_TTL));
    vertx.setPeriodic(period.toMillis(), due -> tickIfHeld());
    return leaseHolder.start(this::tickIfHeld);
  }

  @Override
  public Future<?> stop() {
    return leaseHolder.close();
  }

  private void tickIfHeld() {
    if (leaseHolder.isHeld()) tick();
  }
}
