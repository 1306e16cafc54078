import unittest

from calendars import days_in, is_leap


class Leap(unittest.TestCase):
    def test_fourth_years_are_leap(self):
        self.assertTrue(is_leap(2024))
        self.assertFalse(is_leap(2023))

    def test_centuries_are_not_unless_they_divide_by_400(self):
        self.assertFalse(is_leap(1900))
        self.assertTrue(is_leap(2000))
        self.assertEqual(days_in(1900), 365)


if __name__ == "__main__":
    unittest.main()
