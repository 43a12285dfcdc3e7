package dev.boardcast.gateway.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;

/** The data of a board that changes at random, with members that are null, lists or objects. */
final class RandomBoard {
  private static final String[] NAMES = {"a", "b", "c", "d.e", "f/g"};
  private static final JsonNodeFactory MAKE = JsonNodeFactory.instance;

  private final Random random;
  private final ObjectNode data = MAKE.objectNode();

  RandomBoard(Random random) {
    this.random = random;
  }

  /** Changes some members, and returns the whole data. */
  String change() {
    for (int left = 1 + random.nextInt(3); left > 0; left--) change(data, 0);
    return data.toString();
  }

  private void change(ObjectNode object, int depth) {
    String name = NAMES[random.nextInt(NAMES.length)];
    boolean goesIn = object.get(name) instanceof ObjectNode && random.nextInt(4) > 0;
    if (goesIn) change((ObjectNode) object.get(name), depth + 1);
    else if (random.nextInt(6) == 0) object.remove(name);
    else object.set(name, value(depth));
  }

  private JsonNode value(int depth) {
    return switch (random.nextInt(depth > 2 ? 6 : 8)) {
      case 0 -> MAKE.nullNode();
      case 1 -> MAKE.textNode("t" + random.nextInt(3));
      case 2 -> MAKE.arrayNode().add(random.nextInt(3)).addNull();
      case 3 -> MAKE.arrayNode().add(MAKE.objectNode().putNull("x"));
      case 4 -> MAKE.numberNode(random.nextInt(3));
      case 5 -> MAKE.numberNode(random.nextInt(3) / 4.0);
      default -> {
        ObjectNode object = MAKE.objectNode();
        change(object, depth + 1);
        change(object, depth + 1);
        yield object;
      }
    };
  }
}
