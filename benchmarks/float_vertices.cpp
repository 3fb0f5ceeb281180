// Chambers of a central arrangement in doubles, from the vertices of a perturbed one: a float peer.
//
// Every hyperplane <a_i, x> = 0 is moved to <a_i, x> = b_i, b_i random. Around each vertex, where d of
// them meet, all 2^d signs occur; the cells of the moved arrangement whose opposite occurs too are the
// chambers of the central one. No certificate, nothing is exact: a vertex near another hyperplane may
// go wrong unseen. At most 32 hyperplanes (a bitmap of all sign words). The method is that of
// CauchyFriendly's cell enumeration (N. Snyder), the code is not.
//
// Input: n, d, the rows. Output: the number of chambers, the least CPU seconds of one run.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <numeric>
#include <random>
#include <vector>

using Word = std::uint32_t;

static bool solve(std::vector<double> &m, int d, double *x) {
    const int w = d + 1;
    for (int c = 0; c < d; c++) {
        int best = c;
        for (int r = c + 1; r < d; r++)
            if (std::fabs(m[r * w + c]) > std::fabs(m[best * w + c])) best = r;
        if (std::fabs(m[best * w + c]) < 1e-9) return false;
        if (best != c) std::swap_ranges(&m[c * w], &m[c * w] + w, &m[best * w]);
        for (int r = c + 1; r < d; r++) {
            const double f = m[r * w + c] / m[c * w + c];
            for (int j = c; j < w; j++) m[r * w + j] -= f * m[c * w + j];
        }
    }
    for (int r = d - 1; r >= 0; r--) {
        double value = m[r * w + d];
        for (int j = r + 1; j < d; j++) value -= m[r * w + j] * x[j];
        x[r] = value / m[r * w + r];
    }
    return true;
}

static std::vector<Word> chambers(const std::vector<double> &a, const std::vector<double> &b, int n, int d) {
    const Word all = n == 32 ? ~Word(0) : (Word(1) << n) - 1;
    std::vector<std::uint64_t> met((std::uint64_t(all) >> 6) + 1);
    std::vector<Word> cells, result;
    double most = 0, term = 1;  // as many cells as in general position
    for (int k = 0; k <= d; k++) most += term, term = term * (n - k) / (k + 1);
    std::vector<int> subset(d);
    std::iota(subset.begin(), subset.end(), 0);
    std::vector<double> m(d * (d + 1)), x(d);
    for (bool more = true; more && cells.size() < most;) {
        Word around = 0;
        for (int j = 0; j < d; j++) {
            std::copy_n(&a[subset[j] * d], d, &m[j * (d + 1)]);
            m[j * (d + 1) + d] = b[subset[j]];
            around |= Word(1) << subset[j];
        }
        if (solve(m, d, x.data())) {
            Word others = 0;
            for (int i = 0; i < n; i++) {
                double value = -b[i];
                for (int j = 0; j < d; j++) value += a[i * d + j] * x[j];
                others |= Word(value > 0) << i;
            }
            others &= ~around;
            for (Word s = around;; s = (s - 1) & around) {  // all subsets
                const Word word = others | s;
                std::uint64_t &block = met[word >> 6], bit = std::uint64_t(1) << (word & 63);
                if (!(block & bit)) block |= bit, cells.push_back(word);
                if (!s) break;
            }
        }
        int j = d - 1;
        while (j >= 0 && subset[j] == n - d + j) j--;
        more = j >= 0;
        if (more)
            for (subset[j]++, j++; j < d; j++) subset[j] = subset[j - 1] + 1;
    }
    for (Word word : cells) {
        const Word opposite = ~word & all;
        if (met[opposite >> 6] >> (opposite & 63) & 1) result.push_back(word);
    }
    return result;
}

int main() {
    int n, d;
    if (std::scanf("%d %d", &n, &d) != 2 || n > 32) return 2;
    std::vector<double> a(n * d), b(n);
    for (double &value : a)
        if (std::scanf("%lf", &value) != 1) return 2;
    std::mt19937_64 draw(0);
    for (double &value : b) value = std::uniform_real_distribution<double>(-1, 1)(draw);
    double least = 1e300, sum = 0;
    std::size_t count = 0;
    for (int times = 0; times < 7 && sum < 0.5; times++) {
        const std::clock_t start = std::clock();
        count = chambers(a, b, n, d).size();
        const double seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
        least = std::min(least, seconds), sum += seconds;
    }
    std::printf("%zu %.9f\n", count, least);
}
