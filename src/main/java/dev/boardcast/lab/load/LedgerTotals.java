package dev.boardcast.lab.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The totals of one topic over all clients.
 *
 * @param sent events that were sent at least once
 * @param acknowledged of these, events that a node acknowledged
 * @param undelivered acknowledged events that no client received
 * @param clients that subscribed to the topic
 * @param absent clients that never subscribed
 * @param expected deliveries: for each client, the events after its first offset
 * @param received deliveries, each counted once
 * @param lost deliveries that were expected and never came, those of undelivered events included
 * @param duplicates deliveries that came again
 * @param outOfOrder deliveries that came after a later one
 * @param conflicting deliveries whose offset differs from what other clients received
 * @param gaps how often a client was told {@code recovered: false}
 * @param skipped events in these gaps, which are not expected
 */
public record LedgerTotals(
    String topic,
    @JsonProperty("begun") long sent,
    long acknowledged,
    @JsonProperty("untold") long undelivered,
    long clients,
    long absent,
    @JsonProperty("due") long expected,
    long received,
    long lost,
    @JsonProperty("doubled") long duplicates,
    @JsonProperty("disordered") long outOfOrder,
    @JsonProperty("contradicted") long conflicting,
    long gaps,
    @JsonProperty("explained") long skipped) {

  /** The share of one client that subscribed. */
  record Client(
      long expected,
      long received,
      long lost,
      long duplicates,
      long outOfOrder,
      long conflicting,
      long gaps,
      long skipped) {}

  /** The totals of a ledger; an undelivered event is expected by every client, and lost. */
  static LedgerTotals of(Ledger ledger, long undelivered, long absent, List<Client> clients) {
    long lostByAll = undelivered * clients.size();
    return new LedgerTotals(
        ledger.topic(),
        ledger.sent(),
        ledger.acknowledged(),
        undelivered,
        clients.size(),
        absent,
        sum(clients, Client::expected) + lostByAll,
        sum(clients, Client::received),
        sum(clients, Client::lost) + lostByAll,
        sum(clients, Client::duplicates),
        sum(clients, Client::outOfOrder),
        sum(clients, Client::conflicting),
        sum(clients, Client::gaps),
        sum(clients, Client::skipped));
  }

  /** Whether every client received what it expected, once and in order. */
  public boolean isClean() {
    return absent == 0 && lost == 0 && duplicates == 0 && outOfOrder == 0 && conflicting == 0;
  }

  private static long sum(List<Client> clients, ToLongFunction<Client> count) {
    return clients.stream().mapToLong(count).sum();
  }
}
