package dev.boardcast.bus;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Stream;

/** Finds out whether a record that was read from JSON has all its fields. Thread safe. */
final class RequiredFields {
  private final List<Method> accessors;

  /**
   * @param type of the messages; nothing is required of a type that is no record
   */
  RequiredFields(Class<?> type) {
    accessors =
        type.isRecord()
            ? Stream.of(type.getRecordComponents())
                .filter(component -> !component.isAnnotationPresent(CanBeNull.class))
                .map(RecordComponent::getAccessor)
                .toList()
            : List.of();
    accessors.forEach(accessor -> accessor.setAccessible(true));
  }

  /** Throws {@link RejectedMessageException} when a field is absent or null. */
  void check(Object message) {
    for (Method accessor : accessors) {
      try {
        if (accessor.invoke(message) == null) {
          throw new RejectedMessageException(Rejection.SCHEMA, accessor.getName() + " is missing");
        }
      } catch (ReflectiveOperationException defect) {
        throw new IllegalStateException(defect);
      }
    }
  }
}
