package dev.boardcast.lab.load;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One connection of a client: it subscribes to the client's topics from where the client stands. A
 * client that moves has two for a while, and takes each event from the first that brings it. One
 * event loop.
 */
final class LabSession implements LabConnection.Listener {
  private final LabClient client;
  private final List<ClientLedger> ledgers;
  private final int node;
  private final boolean isMove;
  private final long startedAt = EventMarker.now();
  private final EventOffset[] since;
  private final EventOffset[] reached;
  // Told of a gap while another connection may still bring the events.
  private final EventOffset[] gaps;
  private LabConnection connection;
  private boolean open;
  private boolean live;
  private boolean overlapping;
  private boolean hasOverlapped;
  private boolean recovered = true;
  private int subscribed;
  private long receivedAt;
  private long connectedAt;
  private long openedAt;

  /**
   * @param node index of the node
   * @param isMove whether another connection of the client is open
   */
  LabSession(LabClient client, List<ClientLedger> ledgers, int node, boolean isMove) {
    this.client = client;
    this.ledgers = ledgers;
    this.node = node;
    this.isMove = isMove;
    this.overlapping = isMove;
    this.hasOverlapped = isMove;
    this.since = new EventOffset[ledgers.size()];
    this.reached = new EventOffset[ledgers.size()];
    this.gaps = new EventOffset[ledgers.size()];
  }

  /** Follows the connection, which is being opened. */
  void attach(LabConnection opening) {
    connection = opening;
  }

  LabConnection connection() {
    return connection;
  }

  /** Index of the node. */
  int node() {
    return node;
  }

  boolean isMove() {
    return isMove;
  }

  boolean isOpen() {
    return open;
  }

  /** Whether all topics are subscribed. */
  boolean isLive() {
    return live;
  }

  /** Whether no topic that the client had before was told {@code recovered: false}. */
  boolean isRecovered() {
    return recovered;
  }

  long startedAt() {
    return startedAt;
  }

  long receivedAt() {
    return receivedAt;
  }

  /** Another connection is opened beside it. */
  void overlap() {
    hasOverlapped = true;
  }

  /** It is the client's only connection from now on. */
  void takeOver() {
    overlapping = false;
    for (int i = 0; i < gaps.length; i++) {
      if (gaps[i] != null) ledgers.get(i).movedAfterGap(gaps[i]);
    }
  }

  /** When it got how far; it is live. */
  ConnectStages stages() {
    return new ConnectStages(node, startedAt, connectedAt, openedAt, EventMarker.now());
  }

  @Override
  public void connected() {
    connectedAt = EventMarker.now();
  }

  @Override
  public void opened() {
    open = true;
    openedAt = EventMarker.now();
    receivedAt = openedAt;
    client.opened(this);
    for (int i = 0; i < since.length; i++) since[i] = ledgers.get(i).offset().orElse(null);
    connection.send(subscribeMessage());
  }

  @Override
  public void bytesReceived() {
    receivedAt = EventMarker.now();
  }

  @Override
  public void readComplete() {
    if (open) client.readComplete(this);
  }

  @Override
  public void textReceived(ByteBuf bytes, int from, int length) {
    EventMarker marker = EventMarker.find(bytes, from, from + length);
    if (marker == null) {
      controlMessage(bytes, from, length);
      return;
    }
    EventOffset offset = EventOffset.find(bytes, from, from + length);
    if (offset == null) return;
    for (int i = 0; i < reached.length; i++) {
      if (ledgers.get(i).ledger().contains(marker)) event(i, marker, offset);
    }
  }

  @Override
  public void closed(int code) {
    client.closed(this, code);
  }

  private void event(int topic, EventMarker marker, EventOffset offset) {
    EventOffset before = reached[topic];
    boolean isNext = before == null || before.isBefore(offset);
    if (isNext) reached[topic] = offset;
    // What one connection repeats is a defect; what the other had brought is not.
    if (isNext && hasOverlapped && ledgers.get(topic).includes(offset)) return;
    client.received(this, ledgers.get(topic), marker, offset);
  }

  private void controlMessage(ByteBuf bytes, int from, int length) {
    byte[] text = new byte[length];
    bytes.getBytes(from, text);
    try {
      JsonNode message = Json.MAPPER.readTree(text);
      switch (message.path("type").asText()) {
        case "subscribed" -> subscribed(message);
        case "goaway" -> client.goAway(this, message.path("reconnect_after_ms").asLong());
        case "metrics:update" -> client.snapshot(message);
        case "error" -> client.error(message.path("code").asText());
        default -> {
          // An acknowledgement, a pong, an event of another writer.
        }
      }
    } catch (IOException malformed) {
      client.error("not JSON");
    }
  }

  private void subscribed(JsonNode message) {
    for (int i = 0; i < since.length; i++) {
      if (!ledgers.get(i).ledger().topic().equals(message.path("topic").asText())) continue;
      EventOffset offset = EventOffset.parse(message.path("offset").asText());
      subscribed(i, offset, message.path("recovered").asBoolean());
      subscribed++;
    }
    if (subscribed < since.length || live) return;
    live = true;
    client.live(this);
  }

  private void subscribed(int topic, EventOffset offset, boolean isRecovered) {
    ClientLedger ledger = ledgers.get(topic);
    reached[topic] = offset;
    ledger.started(node, offset, isRecovered);
    if (since[topic] == null) {
      // If not already by the other connection, of which neither had an offset.
      if (!hasOverlapped || !ledger.isSubscribed()) ledger.subscribed(offset, isRecovered);
      return;
    }
    recovered &= isRecovered;
    if (!hasOverlapped) {
      ledger.subscribed(offset, isRecovered);
    } else if (isRecovered) {
      // The other connection may have brought more since.
      if (!offset.equals(since[topic])) ledger.conflicting();
    } else if (overlapping) {
      gaps[topic] = offset;
    } else {
      ledger.movedAfterGap(offset);
    }
  }

  private String subscribeMessage() {
    Stream<String> topics = ledgers.stream().map(LabSession::topic);
    Stream<String> board = client.board().stream().map(name -> '"' + name + '"');
    return Stream.concat(topics, board)
        .collect(Collectors.joining(",", "{\"type\":\"subscribe\",\"topics\":[", "]}"));
  }

  private static String topic(ClientLedger ledger) {
    String since = ledger.offset().map(offset -> ",\"since\":\"" + offset + '"').orElse("");
    return "{\"topic\":\"" + ledger.ledger().topic() + '"' + since + '}';
  }
}
