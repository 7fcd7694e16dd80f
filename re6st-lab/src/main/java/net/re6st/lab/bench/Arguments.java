package net.re6st.lab.bench;

import java.util.List;
import net.re6st.lab.LabException;

/** The options of a benchmark: {@code --name NUMBER} pairs, each with a default. */
final class Arguments {
    private final List<String> words;
    private final List<String> names;

    Arguments(List<String> words, String... names) {
        this.words = words;
        this.names = List.of(names);
        for (int i = 0; i < words.size(); i += 2) {
            if (!this.names.contains(words.get(i)) || i + 1 == words.size()) {
                throw new LabException("unknown or incomplete option " + words.get(i) + "; known: "
                        + String.join(" N, ", names) + " N");
            }
        }
    }

    int number(String name, int otherwise) {
        int index = words.indexOf(name);
        try {
            return index < 0 ? otherwise : Integer.parseInt(words.get(index + 1));
        } catch (NumberFormatException e) {
            throw new LabException(name + " needs a number, not " + words.get(index + 1));
        }
    }
}
