//! What an invoice comes to. Amounts are in cents.

pub struct Line {
    pub amount: u64,
    pub quantity: u64,
}

/// All lines, with 19 % tax on each, rounded to the cent.
pub fn total(lines: &[Line]) -> u64 {
    let mut sum = 0;
    for line in lines {
        let net = line.amount * line.quantity;
        sum += (net * 119 + 50) / 100;
    }
    sum
}

/// As [`total`], with a fee for delivery, which is taxed too.
pub fn total_delivered(lines: &[Line], fee: u64) -> u64 {
    let taxed_fee = (fee * 119 + 50) / 100;
    total(lines) + taxed_fee
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_taxed() {
        let lines = [Line { amount: 1000, quantity: 2 }, Line { amount: 333, quantity: 1 }];
        assert_eq!(total(&lines), 2380 + 396);
        assert_eq!(total_delivered(&lines, 500), 2380 + 396 + 595);
    }
}
