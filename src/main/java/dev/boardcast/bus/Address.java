package dev.boardcast.bus;

/**
 * A typed address on the event bus. Its name has a version: an incompatible message gets a new
 * name, so that nodes of two releases can run side by side during a deploy.
 *
 * @param name the address on the Vert.x bus, with a prefix that keeps it apart from a host's own
 * @param type the only message type of the address
 */
public record Address<T>(String name, Class<T> type) {
  String codec() {
    return name + ".json";
  }
}
