package net.re6st.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentsTest {
    private static final String PAGE =
            """
            Type::

                cd /etc
                ls \\
                    -l

            and so on. ::

              text

            1. nested::

                 echo "a b"   # why
               # no block

            none: :: inside
            """;

    @Test
    void findsTheLiteralBlocksOfAPage() {
        List<Documents.Block> blocks = Documents.blocks("page", PAGE.lines().toList());
        assertThat(blocks)
                .extracting(Documents.Block::lines)
                .containsExactly(
                        List.of("cd /etc", "ls \\", "    -l"),
                        List.of("text"),
                        List.of("  echo \"a b\"   # why", "# no block"));
        assertThat(blocks.get(0).commands()).containsExactly("cd /etc", "ls  -l");
        assertThat(blocks.get(0).line()).isEqualTo(3);
    }

    @Test
    void knowsTheWordsOfCommandsThatAreNoNamesOrValues() {
        List<String> lines = List.of("ip -6 route get 2001:db8::5", "createdb --owner=me -D /var/lib x", "a 'b c' $D");
        assertThat(Documents.mainWords(new Documents.Block("page", 1, lines)))
                .containsExactly("--owner", "-6", "-D", "a", "createdb", "get", "ip", "route", "x");
    }
}
