package dev.boardcast.gateway.presence;

/** Receives the updates of topics that it watches. */
@FunctionalInterface
public interface PresenceWatcher {
  /**
   * An update, in order of the versions. Called on any thread, under a lock: must only queue it.
   */
  void updated(PresenceUpdate update);
}
