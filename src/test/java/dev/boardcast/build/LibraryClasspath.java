package dev.boardcast.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Computes the artifacts that an application resolves when it depends on Boardcast: the
 * non-optional ones of the project's pom, and theirs. Reads the poms beside the jars of this class
 * path, so it needs no network; versions are those of this class path.
 */
public final class LibraryClasspath {
  private static final Set<String> SCOPES = Set.of("", "compile", "runtime");

  private final Map<String, List<Path>> jars = new TreeMap<>();
  private final Set<Path> resolved = new TreeSet<>();

  /** A dependency to follow, without the exclusions on the way to it. */
  private record Visit(String artifact, Set<String> exclusions) {}

  private LibraryClasspath() {
    for (String entry : testClasspath()) {
      if (!entry.endsWith(".jar")) continue;
      Path jar = Path.of(entry);
      jars.computeIfAbsent(artifact(jar), it -> new ArrayList<>()).add(jar);
    }
  }

  /** The jars that an application resolves, without Boardcast's own. */
  public static Set<Path> resolve() {
    var classpath = new LibraryClasspath();
    classpath.follow(Path.of("pom.xml"));
    return classpath.resolved;
  }

  /** The artifactId of a jar of the local repository. */
  public static String artifact(Path jar) {
    return jar.getParent().getParent().getFileName().toString();
  }

  private static List<String> testClasspath() {
    String entries =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return List.of(entries.split(System.getProperty("path.separator")));
  }

  private void follow(Path root) {
    Deque<Visit> open = new ArrayDeque<>(dependencies(root, Set.of()));
    Set<Visit> seen = new HashSet<>();
    while (!open.isEmpty()) {
      Visit visit = open.pop();
      if (!seen.add(visit)) continue;
      for (Path jar : jars.getOrDefault(visit.artifact(), List.of())) {
        resolved.add(jar);
        open.addAll(dependencies(pom(jar), visit.exclusions()));
      }
    }
  }

  private static Path pom(Path jar) {
    Path version = jar.getParent();
    return version.resolve(artifact(jar) + "-" + version.getFileName() + ".pom");
  }

  private static List<Visit> dependencies(Path pom, Set<String> exclusions) {
    List<Visit> visits = new ArrayList<>();
    for (Element each : children(project(pom), "dependencies", "dependency")) {
      String artifact = text(each, "artifactId");
      if (text(each, "optional").equals("true") || !SCOPES.contains(text(each, "scope"))) continue;
      if (exclusions.contains(artifact) || exclusions.contains("*")) continue;
      Set<String> below = new HashSet<>(exclusions);
      for (Element one : children(each, "exclusions", "exclusion")) {
        below.add(text(one, "artifactId"));
      }
      visits.add(new Visit(artifact, below));
    }
    return visits;
  }

  private static Element project(Path pom) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(pom.toFile())
          .getDocumentElement();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } catch (SAXException | ParserConfigurationException invalid) {
      throw new IllegalStateException("not a pom: " + pom, invalid);
    }
  }

  private static List<Element> children(Element parent, String list, String name) {
    return elements(parent, list).stream().flatMap(each -> elements(each, name).stream()).toList();
  }

  private static String text(Element parent, String name) {
    List<Element> found = elements(parent, name);
    return found.isEmpty() ? "" : found.get(0).getTextContent().trim();
  }

  private static List<Element> elements(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node each = parent.getFirstChild(); each != null; each = each.getNextSibling()) {
      if (each instanceof Element element && element.getTagName().equals(name)) found.add(element);
    }
    return found;
  }
}
