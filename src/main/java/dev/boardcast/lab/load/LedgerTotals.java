package dev.boardcast.lab.load;

/**
 * A ledger's sums over all clients.
 *
 * @param begun events that were sent at least once
 * @param acknowledged of these, events the server said it keeps
 * @param untold acknowledged events that no client received
 * @param clients that followed the topic
 * @param absent clients that never came to follow it
 * @param due deliveries owed: for each client, the events after its first place
 * @param received deliveries that came, each once
 * @param lost deliveries owed that never came, those of untold events included
 * @param doubled deliveries that came again
 * @param disordered deliveries that came after a later one
 * @param contradicted deliveries whose place differs from what others were told
 * @param gaps times a client was told that it cannot have what it missed
 * @param explained events in these gaps, not counted as due
 */
public record LedgerTotals(
    String topic,
    long begun,
    long acknowledged,
    long untold,
    long clients,
    long absent,
    long due,
    long received,
    long lost,
    long doubled,
    long disordered,
    long contradicted,
    long gaps,
    long explained) {

  /** Whether everything is as it must be, explained gaps aside. */
  public boolean isClean() {
    return absent == 0 && lost == 0 && doubled == 0 && disordered == 0 && contradicted == 0;
  }

  /** A tally in the making. */
  static final class Sum {
    private final String topic;
    private final long begun;
    private final long acknowledged;
    private final long untold;
    long clients;
    long absent;
    long due;
    long received;
    long lost;
    long doubled;
    long disordered;
    long contradicted;
    long gaps;
    long explained;

    Sum(String topic, long begun, long acknowledged, long untold) {
      this.topic = topic;
      this.begun = begun;
      this.acknowledged = acknowledged;
      this.untold = untold;
    }

    LedgerTotals tally() {
      return new LedgerTotals(
          topic,
          begun,
          acknowledged,
          untold,
          clients,
          absent,
          due + untold * clients,
          received,
          lost + untold * clients,
          doubled,
          disordered,
          contradicted,
          gaps,
          explained);
    }
  }
}
