package dev.boardcast.config;

import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The settings that one record class declares, and how a record is made of their values. */
final class RecordDeclaration<R extends Record> {
  private final Class<R> type;
  // Of each component: a setting, or a record of settings.
  private final List<Object> components = new ArrayList<>();

  private RecordDeclaration(Class<R> type, String outerGroup) {
    this.type = type;
    String group =
        Optional.ofNullable(type.getAnnotation(SettingGroup.class))
            .map(SettingGroup::value)
            .orElse(outerGroup);
    for (RecordComponent component : type.getRecordComponents()) {
      var declared = component.getAnnotation(Setting.class);
      if (declared != null) {
        components.add(new SettingDeclaration(component, declared, group));
      } else if (component.getType().isRecord()) {
        components.add(
            new RecordDeclaration<>(component.getType().asSubclass(Record.class), group));
      } else {
        throw new IllegalArgumentException(
            type.getName() + "." + component.getName() + " is neither a setting nor a record");
      }
    }
  }

  /**
   * Reads the declarations of a record class.
   *
   * @throws IllegalArgumentException for a component that is no setting, or a faulty declaration
   */
  static <R extends Record> RecordDeclaration<R> of(Class<R> type) {
    return new RecordDeclaration<>(type, type.getSimpleName());
  }

  /** In the order of the components, those of inner records included. */
  Stream<SettingDeclaration> settings() {
    return components.stream()
        .flatMap(
            component ->
                component instanceof RecordDeclaration<?> inner
                    ? inner.settings()
                    : Stream.of((SettingDeclaration) component));
  }

  /** Makes the record; passes on what its constructor throws. */
  R make(Function<SettingDeclaration, Object> value) {
    Object[] arguments =
        components.stream()
            .map(
                component ->
                    component instanceof RecordDeclaration<?> inner
                        ? inner.make(value)
                        : value.apply((SettingDeclaration) component))
            .toArray();
    try {
      return constructor().newInstance(arguments);
    } catch (InvocationTargetException refused) {
      if (refused.getCause() instanceof RuntimeException cause) throw cause;
      throw new IllegalStateException(refused.getCause());
    } catch (ReflectiveOperationException defect) {
      throw new IllegalStateException(defect);
    }
  }

  /** Accessible, so that a package may keep its record to itself. */
  private Constructor<R> constructor() throws NoSuchMethodException {
    var types =
        Stream.of(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    var constructor = type.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor;
  }
}
