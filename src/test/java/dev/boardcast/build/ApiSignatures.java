package dev.boardcast.build;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The signatures of the public API, one a line, as {@code api/signatures.txt} records them. */
final class ApiSignatures {
  private ApiSignatures() {}

  /** The lines of the types, sorted by type, then member. */
  static List<String> of(Stream<Class<?>> types) {
    var lines = new ArrayList<String>();
    types
        .sorted((one, other) -> one.getName().compareTo(other.getName()))
        .forEach(
            type -> {
              lines.add(header(type));
              members(type).forEach(member -> lines.add("  " + member));
            });
    return lines;
  }

  private static String header(Class<?> type) {
    var header = new StringBuilder();
    if (type.isAnnotationPresent(Deprecated.class)) header.append("deprecated ");
    int modifiers = type.getModifiers();
    if (Modifier.isAbstract(modifiers) && !type.isInterface()) header.append("abstract ");
    if (Modifier.isFinal(modifiers) && !type.isRecord() && !type.isEnum()) header.append("final ");
    if (type.isSealed()) header.append("sealed ");
    header.append(kind(type)).append(' ').append(type.getName());
    var parameters = type.getTypeParameters();
    if (parameters.length > 0) header.append(list("<", parameters, ">"));
    Type parent = type.getGenericSuperclass();
    if (parent != null && parent != Object.class && parent != Record.class && !type.isEnum()) {
      header.append(" extends ").append(parent.getTypeName());
    }
    var interfaces = type.getGenericInterfaces();
    if (interfaces.length > 0 && !type.isAnnotation()) {
      header.append(type.isInterface() ? " extends " : " implements ");
      header.append(list("", interfaces, ""));
    }
    return header.toString();
  }

  private static String kind(Class<?> type) {
    if (type.isAnnotation()) return "annotation";
    if (type.isInterface()) return "interface";
    if (type.isEnum()) return "enum";
    return type.isRecord() ? "record" : "class";
  }

  private static List<String> members(Class<?> type) {
    var members = new TreeSet<String>();
    for (Field field : type.getDeclaredFields()) {
      if (!isVisible(field, type)) continue;
      members.add(prefix(field, field) + field.getGenericType().getTypeName() + " " + name(field));
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (isVisible(constructor, type))
        members.add(prefix(constructor, constructor) + call(constructor));
    }
    for (Method method : type.getDeclaredMethods()) {
      if (!isVisible(method, type) || isOfEveryEnum(method, type)) continue;
      String result = method.getGenericReturnType().getTypeName();
      String defaultValue = method.getDefaultValue() == null ? "" : " default";
      members.add(
          prefix(method, method) + generics(method) + result + " " + call(method) + defaultValue);
    }
    return List.copyOf(members);
  }

  private static boolean isVisible(Member member, Class<?> of) {
    int modifiers = member.getModifiers();
    boolean inherited = Modifier.isProtected(modifiers) && !Modifier.isFinal(of.getModifiers());
    return !member.isSynthetic() && (Modifier.isPublic(modifiers) || inherited);
  }

  private static boolean isOfEveryEnum(Method method, Class<?> type) {
    return type.isEnum() && List.of("values", "valueOf").contains(method.getName());
  }

  private static String prefix(Member member, AnnotatedElement element) {
    int modifiers = member.getModifiers();
    var prefix = new StringBuilder();
    if (element.isAnnotationPresent(Deprecated.class)) prefix.append("deprecated ");
    if (Modifier.isProtected(modifiers)) prefix.append("protected ");
    if (Modifier.isStatic(modifiers)) prefix.append("static ");
    boolean abstractMember = Modifier.isAbstract(modifiers);
    if (abstractMember && !member.getDeclaringClass().isInterface()) prefix.append("abstract ");
    if (element instanceof Method method && method.isDefault()) prefix.append("default ");
    return prefix.toString();
  }

  private static String generics(Executable executable) {
    var parameters = executable.getTypeParameters();
    return parameters.length == 0 ? "" : list("<", parameters, "> ");
  }

  private static String call(Executable executable) {
    String name = executable instanceof Method ? executable.getName() : "new";
    return name + list("(", executable.getGenericParameterTypes(), ")");
  }

  private static String name(Field field) {
    return field.isEnumConstant() ? field.getName() + " (constant)" : field.getName();
  }

  private static String list(String open, Type[] types, String close) {
    return Arrays.stream(types)
        .map(Type::getTypeName)
        .collect(Collectors.joining(", ", open, close));
  }
}
