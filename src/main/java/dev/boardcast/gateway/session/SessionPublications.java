package dev.boardcast.gateway.session;

import dev.boardcast.engine.StreamPublisher.Publication;
import dev.boardcast.gateway.protocol.ClientMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What one session publishes and has no answer to. Its events are stored in their order: one
 * transaction at a time. One event loop.
 */
final class SessionPublications {
  /** Most messages without an answer. */
  static final int MAX_UNANSWERED = 64;

  private final Deque<ClientMessage.Publish> awaitingTeams = new ArrayDeque<>();
  private final Deque<Publication> waiting = new ArrayDeque<>();
  private int storing;

  boolean isFull() {
    return awaitingTeams.size() + waiting.size() + storing >= MAX_UNANSWERED;
  }

  boolean isStoring() {
    return storing > 0;
  }

  /** Whether messages wait for the teams of the user. */
  boolean awaitsTeams() {
    return !awaitingTeams.isEmpty();
  }

  void awaitTeams(ClientMessage.Publish message) {
    awaitingTeams.add(message);
  }

  /** Removes the messages that wait for teams. */
  List<ClientMessage.Publish> takeAwaitingTeams() {
    var taken = new ArrayList<>(awaitingTeams);
    awaitingTeams.clear();
    return taken;
  }

  void add(Publication event) {
    waiting.add(event);
  }

  /** Removes all events that wait; they are being stored until {@link #stored}. */
  List<Publication> takeToStore() {
    var taken = List.copyOf(waiting);
    waiting.clear();
    storing = taken.size();
    return taken;
  }

  void stored() {
    storing = 0;
  }

  /** Removes the events behind one that could not be stored, which must not overtake it. */
  List<Publication> takeBehind() {
    var taken = List.copyOf(waiting);
    waiting.clear();
    return taken;
  }
}
