package dev.boardcast.bus;

/**
 * A typed address on the event bus. The name carries a version: an incompatible message gets a new
 * name, so that nodes of two releases can run side by side during a deploy.
 *
 * @param name the address on the Vert.x bus, prefixed so that an embedding host keeps its own
 * @param type the only message type that travels there
 */
public record Address<T>(String name, Class<T> type) {
  String codec() {
    return name + ".json";
  }
}
