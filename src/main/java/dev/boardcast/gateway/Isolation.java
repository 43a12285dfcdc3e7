package dev.boardcast.gateway;

import dev.boardcast.bus.NodeBeacon;
import java.util.HashMap;
import java.util.Map;

/**
 * Decides when a node is so cut off that its sessions are better served by another one. That is
 * when all of this holds:
 *
 * <ul>
 *   <li>No beacon of any other node has arrived for {@value #SILENCE_MILLIS} ms.
 *   <li>The database has not answered a heartbeat for as long, and it had answered before.
 *   <li>Another gateway was up within the last {@value #PEER_MILLIS} ms, and has not said that it
 *       leaves.
 * </ul>
 *
 * <p>So a database that is away for the whole cluster sends nobody away, since the nodes still
 * receive each other's beacons; nor does a node that is alone. Silence counts only while {@link
 * #check} is called in time: a process that was suspended has received nothing, but is not cut off.
 * One decision holds until the isolation has ended, and for at least {@value #REPEAT_MILLIS} ms, so
 * that sessions that return, because there is no other node after all, stay.
 *
 * <p>Not thread safe. Times are milliseconds of one monotonic clock.
 */
final class Isolation {
  static final int CHECK_MILLIS = 500;
  static final int SILENCE_MILLIS = 6_500;
  static final int PEER_MILLIS = 120_000;
  static final int REPEAT_MILLIS = 60_000;
  private static final int MAX_STEP_MILLIS = 2 * CHECK_MILLIS;
  private static final String GATEWAY = "gateway";

  private final String self;
  private final Map<String, Long> gateways = new HashMap<>();
  private boolean heardDatabase;
  private long busSilence;
  private long databaseSilence;
  private long checkedAt;
  private long sentAwayAt = Long.MIN_VALUE / 2;
  private boolean isolated;

  /**
   * @param self the name of this node
   */
  Isolation(String self, long now) {
    this.self = self;
    this.checkedAt = now;
  }

  /** A beacon of any node has arrived. */
  void onBeacon(NodeBeacon beacon, long now) {
    if (beacon.node().equals(self)) return;
    busSilence = 0;
    if (beacon.status().equals(NodeBeacon.UP) && beacon.roles().contains(GATEWAY)) {
      gateways.put(beacon.node(), now);
    } else {
      gateways.remove(beacon.node());
    }
  }

  /** The database has answered a heartbeat. */
  void onHeartbeat() {
    heardDatabase = true;
    databaseSilence = 0;
  }

  /**
   * Call it every {@value #CHECK_MILLIS} ms.
   *
   * @return true once when sessions should go to another node
   */
  boolean check(long now) {
    long step = Math.min(now - checkedAt, MAX_STEP_MILLIS);
    checkedAt = now;
    busSilence += step;
    databaseSilence += step;
    gateways.values().removeIf(heardAt -> now - heardAt > PEER_MILLIS);
    boolean before = isolated;
    isolated =
        heardDatabase
            && busSilence >= SILENCE_MILLIS
            && databaseSilence >= SILENCE_MILLIS
            && (before || !gateways.isEmpty());
    if (!isolated || before || now - sentAwayAt < REPEAT_MILLIS) return false;
    sentAwayAt = now;
    return true;
  }
}
