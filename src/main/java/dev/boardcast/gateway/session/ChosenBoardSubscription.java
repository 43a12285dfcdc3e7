package dev.boardcast.gateway.session;

import dev.boardcast.engine.ComparedWith;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.Dialect;
import dev.boardcast.gateway.protocol.FieldSelection;
import dev.boardcast.gateway.protocol.Frame;
import dev.boardcast.gateway.protocol.SnapshotMessage;
import dev.boardcast.gateway.protocol.SubscribeOptions;
import java.util.Optional;

/**
 * A session's subscription to a board with options. It gets the newest snapshot as its {@link
 * BoardView} shows it, at its own pace. One event loop.
 */
final class ChosenBoardSubscription extends BoardSubscription {
  private final SubscribeOptions options;
  private final Form form;
  private final Pacer pacer;
  private BoardView view;
  // The snapshot that the client has; null for none.
  private BoardView.Sent sent;

  private record Form(String board, FieldSelection fields, ComparedWith compare) {}

  /**
   * @param since the offset of the snapshot that the client has; null for none
   */
  ChosenBoardSubscription(
      Session session,
      String topic,
      String board,
      String since,
      SubscribeOptions options,
      GatewayLoop loop) {
    super(session, topic, board, since);
    this.options = options;
    boolean isOwn = options.fields() != null || options.compare() != null;
    this.form = isOwn ? new Form(board, options.fields(), options.compare()) : null;
    this.pacer = new Pacer(this, loop, options.intervalMillis(), this::sendNewest);
  }

  @Override
  public Object form() {
    return form;
  }

  SubscribeOptions options() {
    return options;
  }

  BoardView view() {
    return view;
  }

  /** Shows the board as that view does. */
  void see(BoardView chosen) {
    view = chosen;
  }

  @Override
  void deliver(SnapshotMessage message) {
    view.deliver(message, this);
  }

  /** The view has something new. */
  void offer() {
    pacer.offer();
  }

  @Override
  public void ended() {
    pacer.cancel();
  }

  private void sendNewest() {
    if (options.deltas()) sendChange();
    else Delivery.snapshot(session(), view.newest(), topic());
  }

  private void sendChange() {
    Dialect dialect = session().dialect();
    Frame frame =
        Optional.ofNullable(sent)
            .flatMap(view::since)
            .map(change -> change.frame(dialect, topic()))
            .orElseGet(() -> view.newest().baseFrame(dialect, topic()));
    sent = view.send();
    Delivery.board(session(), frame, sent.offset());
  }
}
