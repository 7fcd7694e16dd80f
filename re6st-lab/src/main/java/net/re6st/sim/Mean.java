package net.re6st.sim;

/** The mean of numbers that came one after the other, and how sure it is. */
final class Mean {
    private static final double NORMAL_95 = 1.959964;

    private int count;
    private double sum;
    private double squares;

    void add(double value) {
        count++;
        sum += value;
        squares += value * value;
    }

    int count() {
        return count;
    }

    double mean() {
        return count == 0 ? 0 : sum / count;
    }

    /** Half the width of the 95 % confidence interval, if there are many numbers; 0 if there is one. */
    double half95() {
        if (count < 2) {
            return 0;
        }
        double variance = Math.max(0, squares - sum * sum / count) / (count - 1);
        return NORMAL_95 * Math.sqrt(variance / count);
    }
}
