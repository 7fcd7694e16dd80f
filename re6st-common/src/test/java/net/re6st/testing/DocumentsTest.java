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
}
